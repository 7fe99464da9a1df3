// Whether a guard holds here, found out by being refused: kernels, containers and security modules
// say yes to a filter and no to what it needs, so only the end result counts.
#pragma once

#include "runner/guard/calls.h"
#include <hubward/result.h>

#include <string>
#include <vector>

namespace hubward {

/// In a process of its own, with threads, filter and child as the command will have them: the child
/// turns to 192.0.2.1, which is nobody's (RFC 5737), and that must be refused and written down; it
/// turns to this machine, and that must pass. No packet is sent: connecting datagrams sends none.
/// Must be called while this process has one thread, with all signals blocked or waiting.
/// @return warnings, safe for eyes
/// Errors: io; `what` is the step that failed and what helps.
Result<std::vector<std::string>> try_seccomp(Machine machine);

}  // namespace hubward
