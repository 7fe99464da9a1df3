#include "verifier/proof/split.h"

#include <algorithm>
#include <functional>
#include <numeric>
#include <queue>
#include <tuple>

namespace hubward {
namespace {

/// Of one shard so far. Empty files weigh nothing; their number keeps them from falling to one.
struct Load {
  std::uint64_t bytes = 0;
  std::uint64_t files = 0;
  unsigned shard = 0;

  friend auto operator<=>(const Load&, const Load&) = default;
};

}  // namespace

std::vector<unsigned> split_among(std::span<const HashUnit> units, unsigned of) {
  std::vector<std::size_t> order(units.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, [&](std::size_t left, std::size_t right) {
    return std::tie(units[right].size, units[left].path) <
           std::tie(units[left].size, units[right].path);
  });
  std::priority_queue<Load, std::vector<Load>, std::greater<>> least;
  for (unsigned shard = 1; shard <= of; ++shard) least.push({.shard = shard});
  std::vector<unsigned> shards(units.size());
  for (const std::size_t unit : order) {
    Load load = least.top();
    least.pop();
    shards[unit] = load.shard;
    load.bytes += units[unit].size;
    ++load.files;
    least.push(load);
  }
  return shards;
}

}  // namespace hubward
