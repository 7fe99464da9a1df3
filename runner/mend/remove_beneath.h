// Deletes beneath an open directory without following a link or entering another file system.
#pragma once

#include <hubward/result.h>

#include <string>

namespace hubward {

/// Deletes a file, a link or a folder with all below it. What is not there is no error.
/// @param path  relative to `root`, slash-separated, without empty, "." and ".." parts
/// Errors: io.
Result<void> remove_beneath(int root, const std::string& path);

/// Removes the folders above `path` as far as they are empty, but for the uppermost `kept`
/// components.
void remove_empty_above(int root, std::string path, std::size_t kept);

}  // namespace hubward
