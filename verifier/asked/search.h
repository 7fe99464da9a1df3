// Where the user's texts are looked for when no flag names them. Lists only: whoever may look at
// the disk takes the first that is there, and can tell a person all of them when none is.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hubward {

/// model_manifest.txt in test/, spec/, tests/, `directory` itself and config/, in this order.
/// @param directory  that of hubward.toml, or else the working directory
std::vector<std::string> manifest_places(std::string_view directory);

/// The lock beside a manifest: always `model_manifest.lock.toml`. nullopt for "-", as standard
/// input has no neighbours.
std::optional<std::string> lock_place(std::string_view manifest_path);

struct ConfigPlace {
  std::string config;    ///< …/hubward.toml
  std::string boundary;  ///< …/.git; when it is there, no later place counts
};

/// From the working directory upward to the root.
/// @param working_directory  absolute
std::vector<ConfigPlace> config_places(std::string_view working_directory);

}  // namespace hubward
