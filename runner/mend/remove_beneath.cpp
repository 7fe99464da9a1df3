#include "runner/mend/remove_beneath.h"

#include "runner/mend/beneath.h"
#include "runner/mend/move_node.h"
#include "verifier/text/show.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <vector>

namespace hubward {
namespace {

constexpr int kFolder = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

class Removal {
 public:
  Removal(dev_t device, const std::string& shown) : device_(device), shown_(shown) {}

  /// The name in the open directory, and all below it.
  Result<void> take(int folder, const std::string& name) const {
    if (::unlinkat(folder, name.c_str(), 0) == 0 || errno == ENOENT) return {};
    // Linux says EISDIR, POSIX EPERM.
    if (errno != EISDIR && errno != EPERM) return failed("cannot be deleted", errno);
    const UniqueFd inner(::openat(folder, name.c_str(), kFolder));
    if (!inner.is_open()) {
      return errno == ENOENT ? Result<void>() : failed("cannot be deleted", errno);
    }
    struct stat status = {};
    if (::fstat(inner.get(), &status) != 0) return failed("cannot be examined", errno);
    if (status.st_dev != device_) return failed("lies on another file system", EXDEV);
    const auto names = names_in(inner.get());
    if (!names) return failed(names.error().what, names.error().sys_errno);
    for (const std::string& each : *names) HUBWARD_TRY_VOID(take(inner.get(), each));
    if (::unlinkat(folder, name.c_str(), AT_REMOVEDIR) != 0 && errno != ENOENT) {
      return failed("cannot be deleted", errno);
    }
    return {};
  }

 private:
  tl::unexpected<Error> failed(std::string what, int error) const {
    return fail(ErrorKind::io, show(shown_), std::move(what), error);
  }

  dev_t device_;
  const std::string& shown_;
};

}  // namespace

Result<void> remove_beneath(int root, const std::string& path) {
  if (!stays_beneath(path)) return fail(ErrorKind::io, show(path), "is no path in the cache");
  struct stat status = {};
  if (::fstat(root, &status) != 0) return fail(ErrorKind::io, show(path), "", errno);
  const PathEnd end = path_end(path);
  const auto folder = open_beneath(root, end.folder, Make::no);
  if (!folder && folder.error().sys_errno == ENOENT) return {};
  if (!folder) return tl::unexpected(folder.error());
  return Removal(status.st_dev, path).take(folder->get(), end.name);
}

void remove_empty_above(int root, std::string path, std::size_t kept) {
  for (;;) {
    const std::size_t slash = path.rfind('/');
    if (slash == std::string::npos) return;
    path.resize(slash);
    const auto components = static_cast<std::size_t>(std::ranges::count(path, '/')) + 1;
    if (components <= kept) return;
    const PathEnd end = path_end(path);
    const auto folder = open_beneath(root, end.folder, Make::no);
    if (!folder || ::unlinkat(folder->get(), end.name.c_str(), AT_REMOVEDIR) != 0) return;
  }
}

}  // namespace hubward
