// What every door is tried with first: the texts under fixtures/, what stands in the caches that
// the recipes build, and what was ever found (fixtures/fuzz/DOOR/).
#pragma once

#include <set>
#include <string>
#include <string_view>

namespace hubward::fuzz {

/// Never empty. Throws for a door that has none.
std::set<std::string> seeds_for(std::string_view door);

}  // namespace hubward::fuzz
