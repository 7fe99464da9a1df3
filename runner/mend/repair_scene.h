// What a repair plan is made from besides the report: the cache as it stands now, by names and link
// texts alone, beside what was asked for.
#pragma once

#include "runner/mend/repair_plan.h"
#include "verifier/cache/cache_model.h"
#include "verifier/checks/pairing.h"
#include <hubward/result.h>
#include <hubward/verify.h>

#include <map>

namespace hubward {

struct RepairScene {
  CacheModel cache;
  Pairing pairing;  ///< borrows from `cache`, and from the request's manifest and lock
  std::map<const RepoCase*, TreeListing> listings;
};

/// Errors: as survey's. The scene stays where it is made: its parts point at each other.
Result<std::unique_ptr<RepairScene>> look_at_scene(const VerifyRequest& request, const Disk& disk);

}  // namespace hubward
