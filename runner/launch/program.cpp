#include "runner/launch/program.h"

#include "runner/guard/no_more.h"
#include "runner/launch/environment.h"
#include "verifier/text/show.h"

#include <fmt/core.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <optional>

namespace hubward {
namespace {

/// 0, or the errno that execve would give for what can be told without it.
int obstacle_to(const std::string& path) {
  struct stat status = {};
  if (::stat(path.c_str(), &status) != 0) return errno;
  if (!S_ISREG(status.st_mode)) return EACCES;
  if (::faccessat(AT_FDCWD, path.c_str(), X_OK, AT_EACCESS) != 0) return errno;
  return 0;
}

// Those after which execvp tries the next directory. Source: glibc 2.36, posix/execvpe.c.
bool next_may_help(int error) {
  return error == ENOENT || error == ENOTDIR || error == EACCES || error == ESTALE ||
         error == ENODEV || error == ETIMEDOUT;
}

}  // namespace

StartFailure start_failure(std::string_view program, int sys_errno) {
  const bool absent = sys_errno == ENOENT;
  return {.exit_code = absent ? 127 : 126,
          .sys_errno = sys_errno,
          .what = fmt::format("cannot run '{}': {}{}", show(program), std::strerror(sys_errno),
                              reached_limit(sys_errno))};
}

tl::expected<std::string, StartFailure> find_program(std::string_view name,
                                                     std::span<const std::string> environment) {
  if (name.empty()) return tl::unexpected(start_failure(name, ENOENT));
  if (name.find('/') != std::string_view::npos) {
    const std::string path(name);
    if (const int error = obstacle_to(path)) return tl::unexpected(start_failure(name, error));
    return path;
  }
  // The default of glibc where PATH is unset; an empty PATH is the working directory.
  std::string_view rest = value_of(environment, "PATH").value_or("/bin:/usr/bin");
  int worst = ENOENT;
  for (bool more = true; more;) {
    const std::size_t colon = rest.find(':');
    more = colon != std::string_view::npos;
    const std::string_view folder = rest.substr(0, colon);
    if (more) rest.remove_prefix(colon + 1);
    const std::string path =
        folder.empty() ? "./" + std::string(name) : std::string(folder) + "/" + std::string(name);
    const int error = obstacle_to(path);
    if (error == 0) return path;
    if (error == EACCES) worst = EACCES;
    if (!next_may_help(error)) return tl::unexpected(start_failure(name, error));
  }
  return tl::unexpected(start_failure(name, worst));
}

}  // namespace hubward
