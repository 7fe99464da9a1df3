// A cache, a manifest, and what a prune makes of the one for the other.
#pragma once

#include "runner/mend/prune_plan.h"
#include "tests/support/cache_builder.h"

#include <string>
#include <vector>

namespace hubward::test {

/// Throws when the manifest or the survey fails.
/// @param lock  its text; empty: none
PrunePlan prune_plan_of(const CacheBuilder& cache, const std::string& manifest,
                        const std::string& lock = "");

/// The paths of its items, in order.
std::vector<std::string> items_of(const PrunePlan& plan);

}  // namespace hubward::test
