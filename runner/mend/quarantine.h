// Takes files out of a cache without losing them: moved beside it, each move written down first.
//
// Removing them would be simpler, and would destroy the evidence that a person needs to find out
// why a proxy stores error pages as weights. Moving them inside the cache would trip the clients
// over them.
#pragma once

#include "runner/mend/quarantine_plan.h"
#include <hubward/result.h>

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace hubward {

struct QuarantineRequest {
  std::string cache_path;                ///< absolute; the path to it may lead through links
  std::optional<std::string> directory;  ///< of the user's choice, absolute or relative
  std::chrono::system_clock::time_point utc;
  pid_t pid = 0;
};

struct Quarantined {
  std::string
      directory;  ///< where this call's files and journal.jsonl are; empty when none was moved
  std::vector<QuarantineItem> moved;
};

/// "<parent of the cache>/.hubward-quarantine/<hub name>", or beneath the user's directory.
std::string quarantine_home(const QuarantineRequest& request);

/// Whether the place is outside of the cache, where no client trips over it, by the folders' own
/// identity: a link or a mount leads to the same one.
/// Errors: usage.
Result<void> expect_outside_cache(const QuarantineRequest& request);

/// Moves the items to quarantine_home/<UTC time>-<pid>/<path in the cache>, mode 0700, with a
/// journal.jsonl beside them that holds a line a move, on disk before the move is made. The home,
/// and in the default place the folder above it, are closed to others if they were not; the user's
/// own directory keeps its mode. Links are
/// renamed, never followed; nothing is opened through one. Across file systems: copied, synced,
/// unlinked. What has gone meanwhile, or is held by a client, is passed over.
/// Errors: usage when the place is in the cache; io; then everything stands where it stood.
Result<Quarantined> quarantine(const QuarantineRequest& request,
                               std::span<const QuarantineItem> items);

}  // namespace hubward
