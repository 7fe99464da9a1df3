// The two things that a mending puts into a cache itself, told again from what others put there: a
// link by its text, a ref by its 40 digits.
#pragma once

#include "runner/mend/journal.h"
#include "runner/mend/move_node.h"
#include <hubward/result.h>

#include <string>

namespace hubward {

struct MadeNode {
  bool is_link = false;
  std::string text;
};

/// Of a record of a link or a ref.
MadeNode made_node(const JournalRecord& record);

/// Makes it under a name that is free; what fails leaves nothing. Errors: io.
/// A ref is written under its name, so a kill may leave a part of it.
Result<void> make_node(const NamedIn& at, const MadeNode& made);
/// The same, whole or not at all, with a name of ours beside it for a moment: not for a cache.
Result<void> make_node_at_once(const NamedIn& at, const MadeNode& made);

/// Whether exactly that stands there.
bool is_made(const NamedIn& at, const MadeNode& made);
/// Or the part of a ref that a kill has left.
bool is_part_of_made(const NamedIn& at, const MadeNode& made);

}  // namespace hubward
