// Directories beneath an open one, by a path whose components are never followed if they are links.
// For writing what verifier/cache/disk.h is for reading.
#pragma once

#include "verifier/cache/unique_fd.h"
#include <hubward/result.h>

#include <string>
#include <string_view>

namespace hubward {

/// A path taken apart for the *at calls.
struct PathEnd {
  std::string_view folder;  ///< "" for a name directly beneath the root
  std::string name;
};
PathEnd path_end(std::string_view path);

/// Whether it is relative and has no empty, "." or ".." part: then it cannot lead out.
bool stays_beneath(std::string_view path);

enum class Make : unsigned char {
  no,
  yes,       ///< mode 0700
  as_umask,  ///< as a client's own mkdir would: what others share stays shared
};

/// Opens a folder beneath `root`; those that are missing are made, if so asked.
/// Errors: io, sys_errno ENOENT when absent, ELOOP or ENOTDIR when a part is a link or no folder.
Result<UniqueFd> open_beneath(int root, std::string_view folder, Make make);

/// The nearest folder at or above a path that is there, links followed, for looking at only.
UniqueFd nearest_folder(std::string path);

/// Whether a folder is the other or lies beneath it, by their identity and not by their names.
bool lies_in(UniqueFd folder, int other);

/// Opens an absolute or relative path, links followed: for places that are the user's own.
Result<UniqueFd> open_own_folder(const std::string& path, Make make);

}  // namespace hubward
