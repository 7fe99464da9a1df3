// Moves one name from a folder to another: renamed where that is possible, else copied, synced and
// unlinked. Never follows a link, never overwrites, never opens what is not a regular file.
#pragma once

#include <hubward/result.h>

#include <string>

namespace hubward {

struct NamedIn {
  int folder = -1;  ///< an open directory; borrowed
  std::string name;
};

/// Errors: io, sys_errno ENOENT when the source has gone, EEXIST when the target is there. When it
/// fails the source stands as before and the target does not exist.
Result<void> move_node(const NamedIn& from, const NamedIn& to);

/// The way that works across file systems; move_node takes it when it must.
Result<void> copy_and_unlink(const NamedIn& from, const NamedIn& to);

}  // namespace hubward
