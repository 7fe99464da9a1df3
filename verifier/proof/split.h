// Shares the hashing out among shards, by names and sizes alone: shards that run on other machines,
// at other times, see the same cache and so make the same split without a word between them.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace hubward {

/// What is hashed as one: a file, whatever names lead to it.
struct HashUnit {
  std::string_view path;   ///< from the cache root; of several the first, bytewise
  std::uint64_t size = 0;  ///< bytes
};

/// Largest first, each to the shard that has the fewest bytes by then: no two shards differ by more
/// than the largest unit.
/// @param of  shards, at least 1
/// @return the shard of each unit, from 1, in the order of `units`
std::vector<unsigned> split_among(std::span<const HashUnit> units, unsigned of);

}  // namespace hubward
