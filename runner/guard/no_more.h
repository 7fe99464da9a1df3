// A process or thread of the guard's own that could not be started, and which limit stands in the
// way: the kernel says EAGAIN for several.
#pragma once

#include <hubward/result.h>

#include <functional>
#include <string>
#include <string_view>

namespace hubward {

/// "; the limit of … is reached" where `error` (an errno) says so; else empty.
std::string_view reached_limit(int error);

/// @param what  "a thread for the command cannot be started"
/// Errors: io, where `start` could start no thread.
Result<void> start_threads(std::string_view what, const std::function<void()>& start);

}  // namespace hubward
