// Which flags of a command line said where to look. A command that a report advises repeats them;
// what a variable or hubward.toml said holds in the same shell and directory anyway.
#pragma once

#include "runner/cli/options.h"

#include <string>

namespace hubward {

/// " --cache-dir 'my cache' --manifest models.txt", each value as a shell takes it and safe for
/// eyes; empty when there are none. Pure.
std::string place_flags_of(const CommandLine& line);

/// The same of --quarantine, which only those know that write.
std::string quarantine_flag_of(const CommandLine& line);

}  // namespace hubward
