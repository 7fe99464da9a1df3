// Finds the program before anything is forked, by the rules of execvp(3), for two reasons: a child
// that finds out too late can only die, and "not found" (127) must be told from "found, but not
// runnable" (126) as env(1) tells them.
#pragma once

#include <tl/expected.hpp>

#include <span>
#include <string>
#include <string_view>

namespace hubward {

/// Why a command did not start, in env(1)'s terms.
struct StartFailure {
  int exit_code = 127;  ///< 126 found but not runnable, 127 not found, 125 no fork
  int sys_errno = 0;
  std::string what;          ///< one sentence, safe for eyes
  bool is_of_guard = false;  ///< the command was not even tried
};

StartFailure start_failure(std::string_view program, int sys_errno);

/// A name with a slash is taken as it is; any other is searched in the PATH of the command's own
/// environment, so that `[run.env] PATH` counts.
/// @return a path for execve, relative where the PATH or the name is
tl::expected<std::string, StartFailure> find_program(std::string_view name,
                                                     std::span<const std::string> environment);

}  // namespace hubward
