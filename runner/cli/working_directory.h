// -C: where the command line asks to be started.
#pragma once

#include "runner/cli/options.h"
#include "runner/cli/surroundings.h"
#include <hubward/result.h>

namespace hubward {

/// Goes into each -C DIR in turn, and tells `surroundings` where that led. A change of the process.
/// Errors: no_such_input, io.
Result<void> enter_folders(const CommandLine& line, Surroundings& surroundings);

}  // namespace hubward
