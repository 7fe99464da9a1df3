#include "runner/mend/move_node.h"

#include "verifier/cache/unique_fd.h"
#include "verifier/text/show.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <memory>
#include <vector>

namespace hubward {
namespace {

tl::unexpected<Error> failed(const std::string& name, std::string_view what, int error) {
  return fail(ErrorKind::io, show(name), std::string(what), error);
}

Result<void> copy_bytes(const NamedIn& from, const NamedIn& to) {
  // Non-blocking, for the name may have become a FIFO since it was looked at.
  const UniqueFd in(
      ::openat(from.folder, from.name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!in.is_open()) return failed(from.name, "cannot open file", errno);
  struct stat status = {};
  if (::fstat(in.get(), &status) != 0 || !S_ISREG(status.st_mode)) {
    return failed(from.name, "it is no longer a plain file", errno);
  }
  const UniqueFd out(::openat(to.folder, to.name.c_str(),
                              O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!out.is_open()) return failed(to.name, "cannot create file", errno);
  std::vector<char> buffer(std::size_t{1} << 20);
  for (;;) {
    const ssize_t got = ::read(in.get(), buffer.data(), buffer.size());
    if (got < 0) return failed(from.name, "cannot read", errno);
    if (got == 0) break;
    for (ssize_t done = 0; done < got;) {
      const ssize_t wrote =
          ::write(out.get(), buffer.data() + done, static_cast<std::size_t>(got - done));
      if (wrote < 0) return failed(to.name, "cannot write", errno);
      done += wrote;
    }
  }
  const struct timespec times[2] = {status.st_atim, status.st_mtim};
  ::futimens(out.get(), times);
  if (::fsync(out.get()) != 0) return failed(to.name, "cannot write to disk", errno);
  return {};
}

Result<void> copy_link(const NamedIn& from, const NamedIn& to) {
  std::vector<char> text(std::size_t{64} * 1024);
  const ssize_t size = ::readlinkat(from.folder, from.name.c_str(), text.data(), text.size() - 1);
  if (size < 0) return failed(from.name, "cannot read link", errno);
  text[static_cast<std::size_t>(size)] = '\0';
  if (::symlinkat(text.data(), to.folder, to.name.c_str()) != 0) {
    return failed(to.name, "cannot create link", errno);
  }
  return {};
}

Result<void> copy_node(const NamedIn& from, const NamedIn& to);

Result<std::vector<std::string>> names_in(int folder, const std::string& shown) {
  UniqueFd again(::openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  DIR* raw = again.is_open() ? ::fdopendir(again.get()) : nullptr;
  if (raw == nullptr) return failed(shown, "cannot list folder", errno);
  again.release();
  const std::unique_ptr<DIR, int (*)(DIR*)> listing(raw, ::closedir);
  std::vector<std::string> names;
  while (const dirent* entry = ::readdir(listing.get())) {
    const std::string name = entry->d_name;
    if (name != "." && name != "..") names.push_back(name);
  }
  return names;
}

Result<UniqueFd> open_plain_folder(const NamedIn& at) {
  UniqueFd folder(
      ::openat(at.folder, at.name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!folder.is_open()) return failed(at.name, "cannot open folder", errno);
  return folder;
}

Result<void> copy_folder(const NamedIn& from, const NamedIn& to) {
  HUBWARD_TRY(const UniqueFd source, open_plain_folder(from));
  if (::mkdirat(to.folder, to.name.c_str(), 0700) != 0) {
    return failed(to.name, "cannot make folder", errno);
  }
  HUBWARD_TRY(const UniqueFd target, open_plain_folder(to));
  HUBWARD_TRY(const std::vector<std::string> names, names_in(source.get(), from.name));
  for (const std::string& name : names) {
    HUBWARD_TRY_VOID(copy_node({source.get(), name}, {target.get(), name}));
  }
  return {};
}

Result<void> copy_node(const NamedIn& from, const NamedIn& to) {
  struct stat status = {};
  if (::fstatat(from.folder, from.name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
    return failed(from.name, "cannot look at", errno);
  }
  if (S_ISREG(status.st_mode)) return copy_bytes(from, to);
  if (S_ISLNK(status.st_mode)) return copy_link(from, to);
  if (S_ISDIR(status.st_mode)) return copy_folder(from, to);
  const mode_t kind = status.st_mode & S_IFMT;
  if (::mknodat(to.folder, to.name.c_str(), kind | 0600U, status.st_rdev) != 0) {
    return failed(to.name, "cannot create special file", errno);
  }
  return {};
}

/// The name and, when it is a folder, all in it. Best effort: what stays is said by the caller's
/// look.
void remove_node(const NamedIn& at) {
  if (::unlinkat(at.folder, at.name.c_str(), 0) == 0 || errno == ENOENT) return;
  const auto folder = open_plain_folder(at);
  if (!folder) return;
  const auto names = names_in(folder->get(), at.name);
  if (!names) return;
  for (const std::string& name : *names) remove_node({folder->get(), name});
  ::unlinkat(at.folder, at.name.c_str(), AT_REMOVEDIR);
}

bool is_there(const NamedIn& at) {
  struct stat status = {};
  return ::fstatat(at.folder, at.name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0;
}

int rename_errno(const NamedIn& from, const NamedIn& to) {
  if (::renameat2(from.folder, from.name.c_str(), to.folder, to.name.c_str(), RENAME_NOREPLACE) ==
      0) {
    return 0;
  }
  if (errno != EINVAL && errno != ENOSYS) return errno;
  // A file system without the flag. The target's folder is ours alone.
  if (is_there(to)) return EEXIST;
  return ::renameat(from.folder, from.name.c_str(), to.folder, to.name.c_str()) == 0 ? 0 : errno;
}

}  // namespace

Result<void> copy_and_unlink(const NamedIn& from, const NamedIn& to) {
  if (is_there(to)) return failed(to.name, "something is there already", EEXIST);
  if (auto copied = copy_node(from, to); !copied) {
    remove_node(to);
    return copied;
  }
  if (::unlinkat(from.folder, from.name.c_str(), 0) != 0 && errno != ENOENT) {
    const int error = errno;
    if (error != EISDIR) {
      remove_node(to);
      return failed(from.name, "cannot remove", error);
    }
    remove_node(from);
    // Half removed: the copy is now the only whole one, and stays.
    if (is_there(from)) return failed(from.name, "cannot remove all of it", EACCES);
  }
  ::fsync(to.folder);
  return {};
}

Result<void> move_node(const NamedIn& from, const NamedIn& to) {
  const int error = rename_errno(from, to);
  if (error == 0) return {};
  if (error == EXDEV) return copy_and_unlink(from, to);
  return failed(from.name, "cannot move", error);
}

}  // namespace hubward
