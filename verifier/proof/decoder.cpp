#include "verifier/proof/decoder.h"

#include <brotli/decode.h>
#include <zlib.h>

#include <array>
#include <cstdint>
#include <new>

namespace hubward {
namespace {

using Output = std::array<std::uint8_t, std::size_t{64} * 1024>;

bool hand_over(const Output& output, std::size_t size, const DecodedSink& sink) {
  return size == 0 || sink(std::as_bytes(std::span(output).first(size)));
}

class InflateDecoder final : public Decoder {
 public:
  InflateDecoder() {
    constexpr int kLargestWindowAndEitherHeader = 15 + 32;
    if (::inflateInit2(&stream_, kLargestWindowAndEitherHeader) != Z_OK) throw std::bad_alloc();
  }
  ~InflateDecoder() override { ::inflateEnd(&stream_); }
  InflateDecoder(const InflateDecoder&) = delete;
  InflateDecoder& operator=(const InflateDecoder&) = delete;

  bool decode(std::span<const std::byte> input, const DecodedSink& sink) override {
    // zlib only reads through next_in, its type is older than const.
    stream_.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(input.data()));
    stream_.avail_in = static_cast<uInt>(input.size());
    for (;;) {
      stream_.next_out = output_.data();
      stream_.avail_out = static_cast<uInt>(output_.size());
      const int state = ::inflate(&stream_, Z_NO_FLUSH);
      if (!hand_over(output_, output_.size() - stream_.avail_out, sink)) return false;
      if (state == Z_BUF_ERROR) return true;  // no progress without more input
      if (state != Z_OK) return false;
      if (stream_.avail_in == 0 && stream_.avail_out != 0) return true;
    }
  }

 private:
  z_stream stream_{};
  Output output_{};
};

class BrotliDecoder final : public Decoder {
 public:
  BrotliDecoder() : state_(::BrotliDecoderCreateInstance(nullptr, nullptr, nullptr)) {
    if (state_ == nullptr) throw std::bad_alloc();
  }
  ~BrotliDecoder() override { ::BrotliDecoderDestroyInstance(state_); }
  BrotliDecoder(const BrotliDecoder&) = delete;
  BrotliDecoder& operator=(const BrotliDecoder&) = delete;

  bool decode(std::span<const std::byte> input, const DecodedSink& sink) override {
    std::size_t input_left = input.size();
    const auto* next = reinterpret_cast<const std::uint8_t*>(input.data());
    for (;;) {
      std::size_t room = output_.size();
      std::uint8_t* out = output_.data();
      const BrotliDecoderResult result =
          ::BrotliDecoderDecompressStream(state_, &input_left, &next, &room, &out, nullptr);
      if (!hand_over(output_, output_.size() - room, sink)) return false;
      switch (result) {
        case BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT: continue;
        case BROTLI_DECODER_RESULT_NEEDS_MORE_INPUT: return true;
        case BROTLI_DECODER_RESULT_SUCCESS:
        case BROTLI_DECODER_RESULT_ERROR: return false;
      }
      return false;
    }
  }

 private:
  BrotliDecoderState* state_;
  Output output_{};
};

}  // namespace

std::unique_ptr<Decoder> make_inflate_decoder() { return std::make_unique<InflateDecoder>(); }
std::unique_ptr<Decoder> make_brotli_decoder() { return std::make_unique<BrotliDecoder>(); }

}  // namespace hubward
