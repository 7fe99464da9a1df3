// Container formats that carry their own length: safetensors and GGUF headers held against the size
// of the file. They speak where a blob's name cannot (a foreign ETag, a copied file without
// listing).
#pragma once

#include "verifier/cache/disk.h"
#include <hubward/result.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hubward {

/// What a container's own header says.
struct HeaderAnswer {
  /// Bytes that the file must have by its own header; nullopt when the header is not sound enough.
  std::optional<std::uint64_t> size;
  /// Bytes that it must have at the least, as far as the header could be read.
  std::uint64_t least_size = 0;
  /// Why the file contradicts itself; nullopt when it does not. Safe for eyes.
  std::optional<std::string> fault;
};

inline constexpr std::uint64_t kMaxSafetensorsHeaderBytes = 100'000'000;
/// Of a GGUF's key-values, and again of its rows of tensors.
inline constexpr std::uint64_t kMaxGgufMetadataBytes = std::uint64_t{64} * 1024 * 1024;

/// safetensors: a little-endian u64 header length (at most 100,000,000), a JSON object, then
/// tensors whose data_offsets cover the rest without gap or overlap. Errors: io. Source: the
/// safetensors format's README; huggingface_hub 1.x, hf_api.py.
Result<HeaderAnswer> read_safetensors_header(const FileBytes& file, std::uint64_t file_size);

/// GGUF v1-v3: magic, counts, metadata (at most 64 MiB), tensor infos; the end of the last tensor.
/// Errors: io. Source: ggml's gguf.md.
Result<HeaderAnswer> read_gguf_header(const FileBytes& file, std::uint64_t file_size);

/// The header of whichever container the first bytes announce; nullopt when they announce none.
/// Errors: io.
Result<std::optional<HeaderAnswer>> read_container_header(const FileBytes& file,
                                                          std::uint64_t file_size);

/// Judges by the path's ending: safetensors, GGUF, *.json (must parse, bounded as json_door), and
/// for any name an error page or LFS pointer text. nullopt: nothing speaks against the bytes. The
/// text is one sentence, safe for eyes. Errors: io.
Result<std::optional<std::string>> content_fault(const FileBytes& file, std::uint64_t file_size,
                                                 std::string_view repo_path);

}  // namespace hubward
