// The damage that a recipe does to its healthy cache, a step at a time.
#pragma once

#include "tests/support/cache_builder.h"

#include <toml++/toml.h>

#include <string>

namespace hubward::test {

/// Where a path of a recipe is: it starts at the cache root and may leave it by "..", but never the
/// temporary folder. Throws otherwise.
std::string place_in(const CacheBuilder& cache, const std::string& text, const std::string& place);

/// Takes one [[step]]. Paths start at the cache root and may leave it by "..", for what lies beside
/// a cache; they never leave the temporary folder. Throws for an unknown `do` or key.
void take_step(const toml::table& step, const CacheBuilder& cache, const std::string& place);

}  // namespace hubward::test
