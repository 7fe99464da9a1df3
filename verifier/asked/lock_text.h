// Writes a lock: the text that a person reviews and commits. The same content gives the same bytes,
// whatever order it was found in, so that a diff of two locks shows what has changed and nothing
// else.
#pragma once

#include <hubward/lock_file.h>

#include <optional>
#include <string>
#include <string_view>

namespace hubward {

/// LF, entries sorted by id, type and revision, files and absent paths by path, all bytewise; no
/// comment, no time. parse_lock_file reads it back to the same content.
/// @param lock  its paths are UTF-8 and judged (fault_of_locked_path)
std::string render_lock_file(const LockFile& lock);

/// The same order for the entries themselves.
void sort_lock(LockFile& lock);

/// Why a path cannot stand in a lock, in a few words; nullopt: it can.
std::optional<std::string> fault_of_locked_path(std::string_view path);

}  // namespace hubward
