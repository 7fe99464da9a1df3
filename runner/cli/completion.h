// The scripts by which bash, zsh and fish complete a command line of hubward. All is written down
// in them but the manifest's models, which they ask for: `hubward completion --ids`.
#pragma once

#include <string>

namespace hubward {

std::string bash_completion();
std::string zsh_completion();
std::string fish_completion();

}  // namespace hubward
