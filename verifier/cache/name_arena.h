// Keeps the names of one repo folder, end to end. A name alone in a std::string costs an allocation
// to make, one to free and 32 bytes to refer to; a cache has millions, and they live and die
// together.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <initializer_list>
#include <memory>
#include <string_view>
#include <vector>

namespace hubward {

/// Only grows. What it gives out stays where it is until the arena itself goes, also when the arena
/// is moved.
class NameArena {
 public:
  /// The parts, joined. Borrowed from the arena.
  std::string_view keep(std::initializer_list<std::string_view> parts) {
    std::size_t size = 0;
    for (const std::string_view part : parts) size += part.size();
    if (size > left_) add_chunk(size);
    char* const begin = next_;
    for (const std::string_view part : parts) {
      next_ = std::copy(part.begin(), part.end(), next_);
    }
    left_ -= size;
    return {begin, size};
  }

 private:
  static constexpr std::size_t kFirstBytes = 1024;  // most repos have a few files
  static constexpr std::size_t kMostBytes = std::size_t{64} * 1024;

  void add_chunk(std::size_t size) {
    const std::size_t bytes = std::max(size, chunk_bytes_);
    chunks_.emplace_back(new char[bytes]);  // unlike make_unique, this leaves the pages untouched
    next_ = chunks_.back().get();
    left_ = bytes;
    chunk_bytes_ = std::min(2 * chunk_bytes_, kMostBytes);
  }

  std::vector<std::unique_ptr<char[]>> chunks_;
  char* next_ = nullptr;  // in the last chunk
  std::size_t left_ = 0;
  std::size_t chunk_bytes_ = kFirstBytes;
};

}  // namespace hubward
