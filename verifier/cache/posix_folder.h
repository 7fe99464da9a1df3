// One open directory and the files in it, on POSIX calls. Private to the room.
#pragma once

#include "verifier/cache/disk.h"
#include "verifier/cache/unique_fd.h"

#include <memory>
#include <string>
#include <string_view>

namespace hubward {

/// @param fd     an open directory
/// @param shown  its path, for error texts only
std::unique_ptr<Folder> make_posix_folder(UniqueFd fd, std::string shown);

/// Opens a directory by one component, or by any path for `base` AT_FDCWD. Returns -1 with errno.
int open_retrying(int base, const char* name, int flags);

/// "cannot open directory: Permission denied"; ENOENT is no_such_input, all else io.
tl::unexpected<Error> system_failure(std::string where, std::string_view tried, int error);

/// Whether it may be handed to the system as a name in a directory: not empty, ".", "..", and
/// without '/' and NUL.
bool is_one_component(std::string_view name);

}  // namespace hubward
