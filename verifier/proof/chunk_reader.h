// A stretch of a file, a chunk at a time: what hashes, decompresses or looks for zeros needs no
// more of a 5 GB blob in memory than one chunk.
#pragma once

#include "verifier/cache/disk.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace hubward {

class ChunkReader {
 public:
  static constexpr std::size_t kChunkBytes = std::size_t{256} * 1024;

  /// @param file  outlives this
  /// @param end   offset behind the last byte; the file may be shorter
  ChunkReader(const FileBytes& file, std::uint64_t begin, std::uint64_t end)
      : file_(file), at_(begin), end_(end) {
    buffer_.resize(static_cast<std::size_t>(
        std::min<std::uint64_t>(kChunkBytes, end > begin ? end - begin : 0)));
  }

  /// The next bytes, valid until the next call; empty at the end. Errors: io.
  Result<std::span<const std::byte>> next() {
    if (at_ >= end_) return std::span<const std::byte>();
    const auto wanted =
        static_cast<std::size_t>(std::min<std::uint64_t>(buffer_.size(), end_ - at_));
    HUBWARD_TRY(const std::size_t got, file_.read_at(at_, std::span(buffer_).first(wanted)));
    at_ += got;
    if (got < wanted) end_ = at_;  // the file ends here, or was cut short meanwhile
    return std::span<const std::byte>(buffer_).first(got);
  }

 private:
  const FileBytes& file_;
  std::uint64_t at_;
  std::uint64_t end_;
  std::vector<std::byte> buffer_;
};

}  // namespace hubward
