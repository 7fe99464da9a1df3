// The decompressors a proxy's encoding may call for, behind one face. A few bytes can ask for
// terabytes: output goes to a sink in pieces, and the sink may stop it at any piece.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <span>

namespace hubward {

/// Takes decoded bytes; false ends the decoding.
using DecodedSink = std::function<bool(std::span<const std::byte>)>;

class Decoder {
 public:
  virtual ~Decoder() = default;
  /// Decodes a piece of the stream. False when nothing more will come: at the end of the stream, at
  /// bytes that are none, or when the sink wants no more.
  virtual bool decode(std::span<const std::byte> input, const DecodedSink& sink) = 0;
};

/// gzip and zlib, by the stream's own header.
std::unique_ptr<Decoder> make_inflate_decoder();
std::unique_ptr<Decoder> make_brotli_decoder();

}  // namespace hubward
