#include "runner/mend/beneath.h"

#include "verifier/text/show.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace hubward {
namespace {

constexpr mode_t kPrivate = 0700;
constexpr mode_t kShared = 0777;  // less the umask
constexpr int kFolder = O_RDONLY | O_DIRECTORY | O_CLOEXEC;

Result<UniqueFd> failed(std::string_view path, std::string_view what, int error) {
  return fail(ErrorKind::io, show(path), std::string(what), error);
}

/// The next component of `rest`, which it is taken from.
std::string_view take_part(std::string_view& rest) {
  const std::size_t slash = rest.find('/');
  const std::string_view part = rest.substr(0, slash);
  rest.remove_prefix(slash == std::string_view::npos ? rest.size() : slash + 1);
  return part;
}

UniqueFd open_for_looking(int at, const std::string& path) {
  return UniqueFd(::openat(at, path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
}

bool is_same(const struct stat& left, const struct stat& right) {
  return left.st_dev == right.st_dev && left.st_ino == right.st_ino;
}

}  // namespace

PathEnd path_end(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string_view::npos) return {"", std::string(path)};
  return {path.substr(0, slash), std::string(path.substr(slash + 1))};
}

bool stays_beneath(std::string_view path) {
  if (path.empty() || path.back() == '/' || path.find('\0') != std::string_view::npos) return false;
  while (!path.empty()) {
    const std::string_view part = take_part(path);
    if (part.empty() || part == "." || part == "..") return false;
  }
  return true;
}

Result<UniqueFd> open_beneath(int root, std::string_view folder, Make make) {
  UniqueFd current(::openat(root, ".", kFolder));
  if (!current.is_open()) return failed(folder, "cannot open folder", errno);
  for (std::string_view rest = folder; !rest.empty();) {
    const std::string part(take_part(rest));
    const mode_t mode = make == Make::yes ? kPrivate : kShared;
    if (make != Make::no && ::mkdirat(current.get(), part.c_str(), mode) != 0 && errno != EEXIST) {
      return failed(folder, "cannot make folder", errno);
    }
    UniqueFd next(::openat(current.get(), part.c_str(), kFolder | O_NOFOLLOW));
    if (!next.is_open()) return failed(folder, "cannot open folder", errno);
    current = std::move(next);
  }
  return current;
}

Result<UniqueFd> open_own_folder(const std::string& path, Make make) {
  if (make != Make::no) {
    const mode_t mode = make == Make::yes ? kPrivate : kShared;
    for (std::size_t slash = path.find('/', 1); slash != std::string::npos;
         slash = path.find('/', slash + 1)) {
      ::mkdir(path.substr(0, slash).c_str(), mode);  // what fails here fails again below
    }
    ::mkdir(path.c_str(), mode);
  }
  UniqueFd folder(::open(path.c_str(), kFolder));
  if (!folder.is_open()) return failed(path, "cannot open folder", errno);
  return folder;
}

UniqueFd nearest_folder(std::string path) {
  for (;;) {
    UniqueFd folder = open_for_looking(AT_FDCWD, path);
    if (folder.is_open() || path == "/") return folder;
    const std::size_t slash = path.rfind('/');
    if (slash == std::string::npos) return open_for_looking(AT_FDCWD, ".");
    path.resize(std::max<std::size_t>(slash, 1));
  }
}

bool lies_in(UniqueFd folder, int other) {
  struct stat wanted = {};
  if (::fstat(other, &wanted) != 0) return false;
  struct stat here = {};
  while (folder.is_open() && ::fstat(folder.get(), &here) == 0) {
    if (is_same(here, wanted)) return true;
    UniqueFd above = open_for_looking(folder.get(), "..");
    struct stat there = {};
    const bool is_top =
        above.is_open() && ::fstat(above.get(), &there) == 0 && is_same(there, here);
    if (is_top) return false;
    folder = std::move(above);
  }
  return false;
}

}  // namespace hubward
