// A cache as text: fixtures/caches/<finding-code>/{shows,near-miss}/recipe.toml. The format is told
// in fixtures/README.md. An unknown key is refused: a mistyped one would quietly make a healthy
// cache.
#pragma once

#include "tests/support/cache_builder.h"
#include "tests/support/run_binary.h"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace hubward::test {

struct Recipe {
  std::string name;    ///< "ref-missing/shows"
  std::string folder;  ///< relative to the source tree
  std::string about;
  std::string command = "verify";
  std::vector<std::string> args;
  std::optional<std::string> manifest;
  std::optional<std::string> lock;
  std::optional<std::string> config;  ///< hubward.toml, given by --config
  std::map<std::string, std::string> environment;
  std::vector<std::string> expect;  ///< "CODE PATH" in the report's spelling, sorted
  std::vector<std::string> damage;  ///< of the blob-corrupt findings, in the report's order
  int exit = 0;
};

/// A recipe made real: the cache and what is asked of it.
struct PreparedCache {
  Recipe recipe;
  std::unique_ptr<CacheBuilder> cache;

  /// `COMMAND --cache-dir … --format FORMAT` with the recipe's texts and args, run without
  /// privileges.
  BinaryCall verify_call(const std::string& format) const;
};

/// All folders below fixtures/<below> (relative to fixtures/) that hold a recipe.toml, sorted.
std::vector<std::string> recipe_folders(const std::string& below);

/// Reads and builds. `folder` is relative to the source tree. Throws std::runtime_error that names
/// the file and the key.
PreparedCache prepare_recipe(const std::string& folder);

/// The same for a text, for tests of the reader itself.
PreparedCache prepare_recipe_text(const std::string& text, const std::string& name);

}  // namespace hubward::test
