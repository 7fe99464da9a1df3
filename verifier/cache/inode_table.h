// Which file was met before under another name: a table of inodes.
//
// Flat, and of eight bytes a place: a map of nodes costs an allocation a blob and, with 20,000
// small blobs, more page faults than the reading of them.
#pragma once

#include "verifier/cache/disk.h"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace hubward {

class InodeTable {
 public:
  InodeTable() = default;
  /// @param expected  inodes: so many take memory once
  explicit InodeTable(std::size_t expected)
      : places_(std::max(kFirstPlaces, std::bit_ceil(2 * (expected + 1)))) {}

  /// The index that stands for this inode: an earlier one, or `index`, which is then kept.
  /// @param identity_of  the identity that stands behind an index kept before
  template <class IdentityOf>
  std::uint32_t find_or_add(const FileIdentity& identity, std::uint32_t index,
                            const IdentityOf& identity_of) {
    if (2 * (used_ + 1) > places_.size()) grow();
    const std::uint32_t mark = mark_of(identity);
    for (std::size_t at = mark;; ++at) {
      Place& place = places_[at & (places_.size() - 1)];
      if (place.index == kFree) {
        place = {index, mark};
        ++used_;
        return index;
      }
      if (place.mark != mark) continue;
      const FileIdentity& other = identity_of(place.index);
      if (other.inode == identity.inode && other.device == identity.device) return place.index;
    }
  }

 private:
  static constexpr std::uint32_t kFree = std::numeric_limits<std::uint32_t>::max();
  static constexpr std::size_t kFirstPlaces = 64;

  /// The mark spares a look at nearly every identity but the right one: they lie far apart.
  struct Place {
    std::uint32_t index = kFree;
    std::uint32_t mark = 0;
  };

  static std::uint32_t mark_of(const FileIdentity& identity) {
    // Inodes of one directory are often neighbours: Fibonacci hashing spreads them.
    constexpr std::uint64_t kGolden = 0x9E3779B97F4A7C15;
    return static_cast<std::uint32_t>(((identity.inode ^ identity.device) * kGolden) >> 32U);
  }

  void grow() {
    const std::vector<Place> old = std::move(places_);
    places_.assign(old.empty() ? kFirstPlaces : 2 * old.size(), Place{});
    for (const Place& kept : old) {
      if (kept.index == kFree) continue;
      std::size_t at = kept.mark;
      while (places_[at & (places_.size() - 1)].index != kFree) ++at;
      places_[at & (places_.size() - 1)] = kept;
    }
  }

  std::vector<Place> places_;  // a power of two of them
  std::size_t used_ = 0;
};

}  // namespace hubward
