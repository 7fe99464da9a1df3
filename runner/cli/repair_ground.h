// What `repair` and its --undo and --purge stand on: where the quarantine is, and that nobody else
// is at work in the cache.
#pragma once

#include "runner/cli/preparation.h"
#include "runner/cli/settings.h"
#include "runner/mend/holders.h"
#include "runner/mend/session.h"
#include "verifier/cache/disk.h"
#include <hubward/result.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace hubward {

QuarantineRequest quarantine_request_for(const Preparation& prepared, const Settings& settings);

/// Keeps other repairs from a cache while it lives. Errors: try_later; io.
class CacheGuard {
 public:
  /// A cache that is not there needs none.
  static Result<CacheGuard> take(const std::string& cache_path);

 private:
  std::optional<UniqueFd> folder_;
};

/// Takes the clients' locks of these parts of a cache, see HeldLocks; asks again until the time is
/// up. Errors: try_later, names the lock; io.
Result<HeldLocks> wait_for_locks(const std::string& cache_path,
                                 std::span<const std::string> folders,
                                 std::optional<std::chrono::seconds> most);

/// In bytes; of a link its text's; 0 where there is nothing. Of a folder all that is in it.
std::uint64_t size_of_original(const Disk& disk, const std::string& path);

}  // namespace hubward
