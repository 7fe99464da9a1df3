#include "verifier/cache/posix_disk.h"

#include "verifier/cache/posix_folder.h"

#include <fmt/core.h>

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <optional>

namespace hubward {
namespace {

std::string without_trailing_slashes(std::string path) {
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  return path;
}

std::vector<std::string> longest_first(std::vector<std::string> roots) {
  for (std::string& root : roots) root = without_trailing_slashes(std::move(root));
  std::ranges::stable_sort(roots, std::ranges::greater{}, &std::string::size);
  return roots;
}

/// The part of `path` below `root`; nullopt when it is not beneath it. Both are absolute.
std::optional<std::string_view> below(std::string_view root, std::string_view path) {
  if (root.empty() || root.front() != '/') return std::nullopt;
  if (root == "/") root = "";
  if (!path.starts_with(root)) return std::nullopt;
  path.remove_prefix(root.size());
  if (path.empty() || path == "/") return std::string_view();
  if (path.front() != '/') return std::nullopt;
  return path.substr(1);
}

/// Splits off the first component. An empty one is left for is_one_component to refuse.
std::string next_component(std::string_view& path) {
  const std::size_t slash = path.find('/');
  std::string name(path.substr(0, slash));
  path = slash == std::string_view::npos ? std::string_view() : path.substr(slash + 1);
  return name;
}

bool has_only_components(std::string_view path) {
  if (path.ends_with('/')) return false;
  while (!path.empty()) {
    if (!is_one_component(next_component(path))) return false;
  }
  return true;
}

int open_in_one_call(int base, const std::string& path) {
  open_how how{};
  how.flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
  long fd = -1;
  do {
    fd = ::syscall(SYS_openat2, base, path.c_str(), &how, sizeof how);
  } while (fd < 0 && errno == EINTR);
  return static_cast<int>(fd);
}

/// Leaves errno. O_PATH on the way down: passing through a directory needs no right to list it.
UniqueFd open_by_component(int base, std::string_view path) {
  UniqueFd current;
  while (!path.empty()) {
    const std::string name = next_component(path);
    const int mode = path.empty() ? O_RDONLY : O_PATH;
    const int from = current.is_open() ? current.get() : base;
    UniqueFd next(open_retrying(from, name.c_str(), mode | O_DIRECTORY | O_NOFOLLOW));
    if (!next.is_open()) return UniqueFd();
    current = std::move(next);
  }
  return current;
}

}  // namespace

PosixDisk::PosixDisk(std::string root, std::vector<std::string> allow_roots, PathOpening opening)
    : root_(std::move(root)),
      allow_roots_(longest_first(std::move(allow_roots))),
      one_call_works_(opening == PathOpening::one_call) {}

Result<int> PosixDisk::root_fd() const {
  const std::lock_guard lock(root_guard_);
  if (root_fd_.is_open()) return root_fd_.get();
  // A failure is not kept: a download may make the directory between two verifications.
  UniqueFd fd(open_retrying(AT_FDCWD, root_.c_str(), O_RDONLY | O_DIRECTORY));
  if (!fd.is_open() && errno == ENOTDIR) {
    return fail(ErrorKind::no_such_input, root_, "the cache is not a directory", ENOTDIR);
  }
  if (!fd.is_open()) return system_failure(root_, "cannot open the cache", errno);
  root_fd_ = std::move(fd);
  return root_fd_.get();
}

Result<std::unique_ptr<Folder>> PosixDisk::open_folder(std::string_view path) const {
  HUBWARD_TRY(const int base, root_fd());
  return open_beneath(base, path, std::string(path));
}

Result<std::unique_ptr<Folder>> PosixDisk::open_allowed(std::string_view absolute_path) const {
  std::string where(absolute_path);
  for (const std::string& root : allow_roots_) {
    const auto rest = below(root, absolute_path);
    if (!rest || !has_only_components(*rest)) continue;
    const UniqueFd base(open_retrying(AT_FDCWD, root.c_str(), O_RDONLY | O_DIRECTORY));
    if (!base.is_open()) return system_failure(root, "cannot open directory", errno);
    return open_beneath(base.get(), *rest, std::move(where));
  }
  return fail(ErrorKind::usage, std::move(where), "is beneath no allowed root");
}

std::unique_ptr<FileStarts> PosixDisk::file_starts(std::size_t places) const {
#ifdef HUBWARD_IO_URING
  return uring_file_starts(places);
#else
  static_cast<void>(places);
  return nullptr;
#endif
}

Result<std::unique_ptr<Folder>> PosixDisk::open_beneath(int base, std::string_view path,
                                                        std::string shown) const {
  if (path.empty()) {
    // A descriptor of its own: a copy would share its position with the base.
    UniqueFd fd(open_retrying(base, ".", O_RDONLY | O_DIRECTORY));
    if (!fd.is_open()) return system_failure(shown, "cannot open directory", errno);
    return make_posix_folder(std::move(fd), std::move(shown));
  }
  HUBWARD_TRY(UniqueFd fd, open_path(base, path, shown));
  return make_posix_folder(std::move(fd), std::move(shown));
}

Result<UniqueFd> PosixDisk::open_path(int base, std::string_view path,
                                      const std::string& shown) const {
  constexpr std::string_view kTried = "cannot open directory";
  if (!has_only_components(path)) return system_failure(shown, kTried, EINVAL);
  // One call takes a path of at most PATH_MAX with its NUL; a walk has no such bound.
  if (one_call_works_.load(std::memory_order_relaxed) && path.size() < PATH_MAX) {
    UniqueFd fd(open_in_one_call(base, std::string(path)));
    if (fd.is_open()) return fd;
    // EPERM is what container runtimes answer for calls they do not know.
    const bool refused = errno == ENOSYS || errno == EPERM || errno == EINVAL || errno == E2BIG;
    if (!refused && errno != EAGAIN) return system_failure(shown, kTried, errno);
    if (refused) one_call_works_.store(false, std::memory_order_relaxed);
  }
  UniqueFd fd = open_by_component(base, path);
  if (!fd.is_open()) return system_failure(shown, kTried, errno);
  return fd;
}

}  // namespace hubward
