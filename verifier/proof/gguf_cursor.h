// Walks through the fields of a GGUF file, little-endian, in small reads. Every count in it is a
// claim: the cursor, not the count, decides where reading ends.
#pragma once

#include "verifier/cache/disk.h"
#include <hubward/result.h>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace hubward {

class GgufCursor {
 public:
  enum class Stop : std::uint8_t {
    none,
    file_ends,  ///< a field reaches behind the end of the file
    limit,      ///< a field reaches behind the bound that was set
    absurd,     ///< a length that no 64 bits hold
    io,         ///< see error()
  };

  /// @param file  outlives this
  GgufCursor(const FileBytes& file, std::uint64_t file_size);

  /// Bounds what is read from here on: no field may end behind `offset`.
  void set_limit(std::uint64_t offset) { limit_ = offset; }

  /// All give false, and go on giving it, once the cursor has stopped.
  bool read_u32(std::uint32_t& value);
  bool read_u64(std::uint64_t& value);
  /// A count or length: u32 in version 1, u64 since.
  bool read_count(std::uint64_t& value);
  bool read_text(std::string& text, std::size_t max_bytes);
  bool skip_text();
  bool skip(std::uint64_t bytes);
  bool skip(std::uint64_t count, std::uint64_t bytes_each);

  void set_version(std::uint32_t version) { version_ = version; }
  std::uint64_t position() const { return position_; }
  Stop stop() const { return stop_; }
  /// The offset that the file or the bound does not reach.
  std::uint64_t wanted_end() const { return wanted_end_; }
  const Error& error() const { return *error_; }

 private:
  bool reserve(std::uint64_t bytes);
  bool read(std::span<std::byte> out);
  bool read_little_endian(std::size_t bytes, std::uint64_t& value);
  bool stop_for(Stop why);

  const FileBytes& file_;
  std::uint64_t file_size_;
  std::uint64_t limit_ = std::numeric_limits<std::uint64_t>::max();
  std::uint32_t version_ = 3;
  std::uint64_t position_ = 0;
  Stop stop_ = Stop::none;
  std::uint64_t wanted_end_ = 0;
  std::optional<Error> error_;
  std::vector<std::byte> buffer_;  // the bytes from buffer_begin_ on
  std::uint64_t buffer_begin_ = 0;
  std::size_t buffer_size_ = 0;
};

}  // namespace hubward
