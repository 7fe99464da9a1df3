#include "verifier/proof/crew.h"

#include "verifier/cache/real_folders.h"
#include "verifier/proof/lanes/lanes.h"

#include <algorithm>

namespace hubward {
namespace {

// Streams, the cache's root, a ledger, a lock, and what a caller has open.
constexpr std::size_t kForTheProcess = 16;
// Its folders, a ring, one on the way to another folder, and a file that is looked at again.
constexpr std::size_t kForAThread = RealFolders::kMostOpen + 3;

}  // namespace

Crew crew_for(std::size_t threads, std::size_t descriptors) {
  const std::size_t left = descriptors > kForTheProcess ? descriptors - kForTheProcess : 0;
  const std::size_t most = std::max<std::size_t>(1, left / (kForAThread + 1));
  const std::size_t taken = std::min(threads, most);
  const std::size_t each = left / taken;
  const std::size_t lanes = each > kForAThread ? each - kForAThread : 1;
  return {.threads = taken, .lanes = std::min(lanes, kMostLanes)};
}

}  // namespace hubward
