// Permissions of a name, without following it: fchmodat cannot do that on Linux, and a file that
// its owner may not read cannot be opened to change them either.
#pragma once

#include "runner/mend/move_node.h"
#include <hubward/result.h>

#include <sys/types.h>

namespace hubward {

/// Errors: io; ELOOP for a link, which has none of its own.
Result<void> set_mode(const NamedIn& at, mode_t mode);

}  // namespace hubward
