// Whether two names stand for the same thing: what is asked when a kill may have come between a
// copy and the removal of what was copied.
#pragma once

#include "runner/mend/move_node.h"

namespace hubward {

bool is_same_inode(const NamedIn& left, const NamedIn& right);

/// Whether `part` is the same as `whole` by kind and bytes or, for a folder, holds nothing that
/// `whole` does not hold as well. False where that cannot be told. Links are not followed.
bool is_remnant(const NamedIn& part, const NamedIn& whole);

}  // namespace hubward
