// The healthy cache at the start of a recipe, and the shapes of TOML that all recipes share.
#pragma once

#include "tests/support/cache_builder.h"

#include <toml++/toml.h>

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hubward::test {

/// Throws for a syntax error; `place` names the recipe.
toml::table parse_recipe(const std::string& text, const std::string& place);

/// The texts of a list; empty when the key is missing. Throws for what is no list of texts.
std::vector<std::string> texts_at(const toml::table& table, std::string_view key,
                                  const std::string& place);

/// Calls `action` for each table of an array of tables, with a place that names it.
void for_each_table(const toml::table& table, std::string_view key, const std::string& place,
                    const std::function<void(const toml::table&, const std::string&)>& action);

/// Builds every [[repo]].
/// @param listing  whether each gets a listing; nullopt: as its own `listing` says
void build_repos(const toml::table& table, CacheBuilder& cache, const std::string& place,
                 std::optional<bool> listing = std::nullopt);

}  // namespace hubward::test
