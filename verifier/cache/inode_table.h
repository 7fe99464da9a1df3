// Which file was met before under another name: a table of inodes.
//
// Flat, and of four bytes a place: a map of nodes costs an allocation a blob and, with 20,000 small
// blobs, more page faults than the reading of them.
#pragma once

#include "verifier/cache/disk.h"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace hubward {

class InodeTable {
 public:
  /// The index that stands for this inode: an earlier one, or `index`, which is then kept.
  /// @param identity_of  the identity that stands behind an index kept before
  template <class IdentityOf>
  std::uint32_t find_or_add(const FileIdentity& identity, std::uint32_t index,
                            const IdentityOf& identity_of) {
    if (2 * (used_ + 1) > places_.size()) grow(identity_of);
    std::uint32_t& place = place_of(identity, identity_of);
    if (place == kFree) {
      place = index;
      ++used_;
    }
    return place;
  }

 private:
  static constexpr std::uint32_t kFree = std::numeric_limits<std::uint32_t>::max();
  static constexpr std::size_t kFirstPlaces = 64;

  template <class IdentityOf>
  std::uint32_t& place_of(const FileIdentity& identity, const IdentityOf& identity_of) {
    // Inodes of one directory are often neighbours: Fibonacci hashing spreads them.
    constexpr std::uint64_t kGolden = 0x9E3779B97F4A7C15;
    std::size_t at = static_cast<std::size_t>(((identity.inode ^ identity.device) * kGolden) >> 32);
    for (;; ++at) {
      std::uint32_t& place = places_[at & (places_.size() - 1)];
      if (place == kFree) return place;
      const FileIdentity other = identity_of(place);
      if (other.inode == identity.inode && other.device == identity.device) return place;
    }
  }

  template <class IdentityOf>
  void grow(const IdentityOf& identity_of) {
    const std::vector<std::uint32_t> old = std::move(places_);
    places_.assign(old.empty() ? kFirstPlaces : 2 * old.size(), kFree);
    for (const std::uint32_t index : old) {
      if (index != kFree) place_of(identity_of(index), identity_of) = index;
    }
  }

  std::vector<std::uint32_t> places_;  // a power of two of them
  std::size_t used_ = 0;
};

}  // namespace hubward
