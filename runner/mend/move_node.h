// Moves one name from a folder to another: renamed where that is possible, else copied, synced and
// unlinked. Never follows a link, never overwrites, never opens what is not a regular file.
#pragma once

#include <hubward/result.h>

#include <string>
#include <vector>

namespace hubward {

/// What a copy is called until it is whole, in the folder where it shall stand: a kill in between
/// leaves a name that nobody takes for the thing itself, and the next copy there removes it.
inline constexpr const char* kUnfinishedName = ".hubward-copying";

struct NamedIn {
  int folder = -1;  ///< an open directory; borrowed
  std::string name;
};

/// Errors: io, sys_errno ENOENT when the source has gone, EEXIST when the target is there. When it
/// fails the source stands as before and the target does not exist.
Result<void> move_node(const NamedIn& from, const NamedIn& to);

/// Gives the thing another place on the same file system, overwriting nothing.
/// @return 0, or errno: EXDEV across file systems, EEXIST
int rename_node(const NamedIn& from, const NamedIn& to);

/// The way that works across file systems; move_node takes it when it must.
Result<void> copy_and_unlink(const NamedIn& from, const NamedIn& to);

/// All names in an open directory but "." and "..", in no order. Errors: io.
Result<std::vector<std::string>> names_in(int folder);

/// The name and, when it is a folder, all in it; no link is followed. Best effort: what stays is
/// there to be seen.
void remove_node(const NamedIn& at);

}  // namespace hubward
