// `repair --undo` and `repair --purge`: the two things that can become of what lies in the
// quarantine. Neither asks for a manifest, for neither verifies.
#pragma once

#include "runner/cli/options.h"
#include "runner/cli/settings.h"
#include "runner/cli/surroundings.h"

namespace hubward {

/// @return the exit code: of --undo 1 when something could not be put back
int undo_command(const CommandLine& line, const Settings& settings,
                 const Surroundings& surroundings);

}  // namespace hubward
