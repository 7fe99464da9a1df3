// What a process has only once, collected by main and handed down: nothing below asks for it again.
#pragma once

#include "verifier/cache/location.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace hubward {

struct Surroundings {
  std::vector<std::string> environment;  ///< "NAME=value" as inherited, byte-exact, in order
  EnvironmentView variables;             ///< the same by name, the first entry of a name
  std::string working_directory;         ///< absolute, after -C
  std::string account_home;              ///< of the passwd entry; empty when there is none
  /// The passwd home of another account, for `~name`.
  std::function<std::optional<std::string>(const std::string& account)> home_of;
  // Under `run`:
  std::vector<std::string> tokens;    ///< what must not be printed
  bool report_is_unwritable = false;  ///< that of --report, and it has been said
};

}  // namespace hubward
