// Where a cache is, and which rule says so. The order is huggingface_hub's own; hf-hub 0.x reads
// none of the variables and uses the home directory alone. Source: hub-cache-format 1.1-1.3;
// huggingface_hub 1.x, constants.py; hf-hub 0.5, src/lib.rs.
#pragma once

#include <hubward/result.h>
#include <hubward/verify.h>

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace hubward {

/// The variables a rule may read: name to value. An empty value counts as set, as it does for the
/// clients (HF_HOME="" is the relative path "hub").
using EnvironmentView = std::map<std::string, std::string, std::less<>>;

struct CacheLocationRequest {
  std::optional<std::string> flag;        ///< --cache-dir or HUBWARD_CACHE_DIR …
  bool flag_is_from_environment = false;  ///< … and which of the two
  std::optional<std::string> configured;  ///< [cache] dir, already made absolute beneath its file
  CacheClient client = CacheClient::python;
  EnvironmentView environment;
  std::string working_directory;  ///< absolute; relative results stand on it
  std::string account_home;       ///< the passwd home, used when HOME is unset
  /// The passwd home of another account by its name, for `~name`; nullopt: there is none. Empty
  /// function: nobody is known.
  std::function<std::optional<std::string>(const std::string& account)> home_of;
};

struct CacheLocation {
  std::string path;    ///< absolute, lexically normal, not resolved
  std::string source;  ///< flag, HUBWARD_CACHE_DIR, config, HF_HUB_CACHE, HUGGINGFACE_HUB_CACHE,
                       ///< HF_HOME, XDG_CACHE_HOME, default
};

/// Errors: usage when no home can be found. Pure but for home_of.
Result<CacheLocation> locate_cache(const CacheLocationRequest& request);

/// Where huggingface_hub looks for the token that a login wrote: HF_TOKEN_PATH, else `token` in
/// HF_HOME or what stands for it. Absolute. Errors: as locate_cache.
Result<std::string> locate_token(const CacheLocationRequest& request);

/// Python's posixpath.expanduser. Errors: usage when it is one's own home, and there is none.
Result<std::string> expand_user(std::string_view text, const CacheLocationRequest& request);

}  // namespace hubward
