#include "runner/mend/node_mode.h"

#include "verifier/cache/unique_fd.h"
#include "verifier/text/show.h"

#include <fmt/core.h>

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>

namespace hubward {

Result<void> set_mode(const NamedIn& at, mode_t mode) {
  const UniqueFd node(::openat(at.folder, at.name.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
  struct stat status = {};
  if (!node.is_open() || ::fstat(node.get(), &status) != 0) {
    return fail(ErrorKind::io, show(at.name), "cannot look at", errno);
  }
  if (S_ISLNK(status.st_mode)) return fail(ErrorKind::io, show(at.name), "is a link", ELOOP);
  if (::chmod(fmt::format("/proc/self/fd/{}", node.get()).c_str(), mode) != 0) {
    return fail(ErrorKind::io, show(at.name), "cannot set mode of", errno);
  }
  return {};
}

}  // namespace hubward
