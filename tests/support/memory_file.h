// A file that is only in memory, for what judges bytes and needs no cache around them.
#pragma once

#include "verifier/cache/disk.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <string>

namespace hubward::test {

class MemoryFile final : public FileBytes {
 public:
  explicit MemoryFile(std::string content) : content_(std::move(content)), size_(content_.size()) {}
  /// Zeros follow the content up to `size`, and take no memory.
  MemoryFile(std::string content, std::uint64_t size) : content_(std::move(content)), size_(size) {}

  /// From here on, a read that touches that offset or one behind it is an io error.
  void fail_from(std::uint64_t offset) { fails_from_ = offset; }
  std::uint64_t size() const { return size_; }
  /// The largest offset that was read so far.
  std::uint64_t read_up_to() const { return read_up_to_; }

  FileIdentity at_open() const override { return {.size = size_}; }
  Result<FileIdentity> identity() const override { return at_open(); }

  Result<std::size_t> read_at(std::uint64_t offset, std::span<std::byte> buffer) const override {
    if (offset >= size_ || buffer.empty()) return std::size_t{0};
    const auto count =
        static_cast<std::size_t>(std::min<std::uint64_t>(buffer.size(), size_ - offset));
    if (offset + count > fails_from_) return fail(ErrorKind::io, "memory", "cannot read", 5);
    read_up_to_ = std::max(read_up_to_, offset + count);
    std::memset(buffer.data(), 0, count);
    if (offset < content_.size()) {
      const auto at = static_cast<std::size_t>(offset);
      std::memcpy(buffer.data(), content_.data() + at, std::min(count, content_.size() - at));
    }
    return count;
  }

 private:
  std::string content_;
  std::uint64_t size_;
  std::uint64_t fails_from_ = std::numeric_limits<std::uint64_t>::max();
  mutable std::uint64_t read_up_to_ = 0;
};

}  // namespace hubward::test
