// The environment of the command: what a mode sets and removes, and nothing else.
//
// An environment is a list of byte strings, not a map: names may stand twice, entries may lack '=',
// the order is seen by `env`. What hubward has no business with keeps its bytes and its place.
#pragma once

#include "runner/launch/mode.h"

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hubward {

/// "NAME=value" entries as a process inherits them.
using EnvironmentList = std::vector<std::string>;

struct EnvironmentRequest {
  Mode mode = Mode::offline;
  bool drop_token = false;  ///< has an effect in mode offline only
  /// The cache's directory when it was chosen by hubward's own setting, which no client reads.
  std::optional<std::string> cache_dir;
  /// The file of a login that lies in the HF_HOME of before: named to an online command where
  /// HF_HOME is moved, or it would go without.
  std::optional<std::string> login_file;
  std::map<std::string, std::string> run_env;  ///< applied last
};

/// The inherited list with the mode's changes. A name that is set keeps the place of its first
/// entry, further entries of that name go; new names are appended. Pure.
EnvironmentList environment_for(std::span<const std::string> inherited,
                                const EnvironmentRequest& request);

/// One line a change, for `--dry-run`: "HF_HUB_OFFLINE=1" or "HF_OIDC_RESOURCE removed". The value
/// of a name that speaks of a secret is "***".
std::vector<std::string> environment_changes(const EnvironmentRequest& request);

/// The value that getenv would give: the first entry's.
std::optional<std::string_view> value_of(std::span<const std::string> environment,
                                         std::string_view name);

/// 1, ON, YES, TRUE, case-blind, nothing trimmed. Source: huggingface_hub 1.x, constants.py.
bool is_true_for_python(std::string_view value);

/// The variable that asks for no network: HF_HUB_OFFLINE, or TRANSFORMERS_OFFLINE where the first
/// is unset or empty. HF_DATASETS_OFFLINE is not one, for only `datasets` reads it. nullopt: none
/// does. Source: huggingface_hub 1.x, constants.py.
std::optional<std::string_view> offline_variable(std::span<const std::string> environment);

}  // namespace hubward
