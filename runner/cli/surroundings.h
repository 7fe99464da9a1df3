// What a process has only once, collected by main and handed down: nothing below asks for it again.
#pragma once

#include "verifier/cache/location.h"

#include <string>
#include <vector>

namespace hubward {

struct Surroundings {
  std::vector<std::string> environment;  ///< "NAME=value" as inherited, byte-exact, in order
  EnvironmentView variables;             ///< the same by name, the first entry of a name
  std::string working_directory;         ///< absolute, after -C
  std::string account_home;              ///< of the passwd entry; empty when there is none
};

}  // namespace hubward
