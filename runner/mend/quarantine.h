// Takes files out of a cache without losing them: moved beside it, each move written down first.
//
// Removing them would be simpler, and would destroy the evidence that a person needs to find out
// why a proxy stores error pages as weights. Moving them inside the cache would trip the clients
// over them.
#pragma once

#include "runner/mend/quarantine_plan.h"
#include "runner/mend/session.h"
#include <hubward/result.h>

#include <span>
#include <string>
#include <vector>

namespace hubward {

struct Quarantined {
  std::string
      directory;  ///< where this call's files and journal.jsonl are; empty when none was moved
  std::vector<QuarantineItem> moved;
};

/// Moves the items to quarantine_home/<UTC time>-<pid>/<path in the cache>: a session of its own.
/// Across file systems: copied, synced, unlinked. What has gone meanwhile, or is held by a client,
/// is passed over.
/// Errors: usage when the place is in the cache; io; then everything stands where it stood.
Result<Quarantined> quarantine(const QuarantineRequest& request,
                               std::span<const QuarantineItem> items);

}  // namespace hubward
