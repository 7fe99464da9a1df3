#include "runner/mend/move_node.h"

#include "runner/mend/node_mode.h"
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

/// Permissions as they were, and the owner where that is allowed: what comes back is to be the
/// same.
Result<void> keep_status(int copy, const struct stat& status, const std::string& name) {
  const bool is_owned = ::fchown(copy, status.st_uid, status.st_gid) == 0;
  // Another owner's set-id bits would be ours.
  const mode_t kept = is_owned ? 07777U : 01777U;
  if (::fchmod(copy, status.st_mode & kept) != 0) return failed(name, "cannot set mode of", errno);
  return {};
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
  HUBWARD_TRY_VOID(keep_status(out.get(), status, to.name));
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

Result<UniqueFd> open_plain_folder(const NamedIn& at) {
  UniqueFd folder(
      ::openat(at.folder, at.name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!folder.is_open()) return failed(at.name, "cannot open folder", errno);
  return folder;
}

Result<void> copy_folder(const NamedIn& from, const NamedIn& to, const struct stat& status) {
  HUBWARD_TRY(const UniqueFd source, open_plain_folder(from));
  if (::mkdirat(to.folder, to.name.c_str(), 0700) != 0) {
    return failed(to.name, "cannot make folder", errno);
  }
  HUBWARD_TRY(const UniqueFd target, open_plain_folder(to));
  HUBWARD_TRY(const std::vector<std::string> names, names_in(source.get()));
  for (const std::string& name : names) {
    HUBWARD_TRY_VOID(copy_node({source.get(), name}, {target.get(), name}));
  }
  return keep_status(target.get(), status, to.name);
}

Result<void> copy_node(const NamedIn& from, const NamedIn& to) {
  struct stat status = {};
  if (::fstatat(from.folder, from.name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
    return failed(from.name, "cannot look at", errno);
  }
  if (S_ISREG(status.st_mode)) return copy_bytes(from, to);
  if (S_ISLNK(status.st_mode)) return copy_link(from, to);
  if (S_ISDIR(status.st_mode)) return copy_folder(from, to, status);
  const mode_t kind = status.st_mode & S_IFMT;
  if (::mknodat(to.folder, to.name.c_str(), kind | (status.st_mode & 0777U), status.st_rdev) != 0) {
    return failed(to.name, "cannot create special file", errno);
  }
  return {};
}

bool is_there(const NamedIn& at) {
  struct stat status = {};
  return ::fstatat(at.folder, at.name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0;
}

}  // namespace

Result<std::vector<std::string>> names_in(int folder) {
  UniqueFd again(::openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  DIR* raw = again.is_open() ? ::fdopendir(again.get()) : nullptr;
  if (raw == nullptr) return fail(ErrorKind::io, "", "cannot list folder", errno);
  again.release();
  const std::unique_ptr<DIR, int (*)(DIR*)> listing(raw, ::closedir);
  std::vector<std::string> names;
  for (;;) {
    errno = 0;
    const dirent* entry = ::readdir(listing.get());
    if (entry == nullptr && errno != 0) {
      return fail(ErrorKind::io, "", "cannot list folder", errno);
    }
    if (entry == nullptr) return names;
    const std::string name = entry->d_name;
    if (name != "." && name != "..") names.push_back(name);
  }
}

int rename_node(const NamedIn& from, const NamedIn& to) {
  if (::renameat2(from.folder, from.name.c_str(), to.folder, to.name.c_str(), RENAME_NOREPLACE) ==
      0) {
    return 0;
  }
  if (errno != EINVAL && errno != ENOSYS) return errno;
  // A file system without the flag. The target's folder is ours alone.
  if (is_there(to)) return EEXIST;
  return ::renameat(from.folder, from.name.c_str(), to.folder, to.name.c_str()) == 0 ? 0 : errno;
}

void remove_node(const NamedIn& at) {
  if (::unlinkat(at.folder, at.name.c_str(), 0) == 0 || errno == ENOENT) return;
  // One that its owner may not change can be emptied all the same once he allows himself to.
  struct stat status = {};
  const bool is_known = ::fstatat(at.folder, at.name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0;
  const bool is_closed = is_known && S_ISDIR(status.st_mode) && (status.st_mode & 0700U) != 0700U;
  if (is_closed && !set_mode(at, status.st_mode | 0700U)) return;
  const auto folder = open_plain_folder(at);
  if (!folder) return;
  const auto names = names_in(folder->get());
  if (!names) return;
  for (const std::string& name : *names) remove_node({folder->get(), name});
  ::unlinkat(at.folder, at.name.c_str(), AT_REMOVEDIR);
}

Result<void> copy_and_unlink(const NamedIn& from, const NamedIn& to) {
  if (is_there(to)) return failed(to.name, "something is there already", EEXIST);
  const NamedIn unfinished{to.folder, kUnfinishedName};
  remove_node(unfinished);
  if (auto copied = copy_node(from, unfinished); !copied) {
    remove_node(unfinished);
    return copied;
  }
  if (const int error = rename_node(unfinished, to); error != 0) {
    remove_node(unfinished);
    return failed(to.name, "cannot give its name to the copy of", error);
  }
  ::fsync(to.folder);
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
  return {};
}

Result<void> move_node(const NamedIn& from, const NamedIn& to) {
  const int error = rename_node(from, to);
  if (error == 0) return {};
  if (error == EXDEV) return copy_and_unlink(from, to);
  return failed(from.name, "cannot move", error);
}

}  // namespace hubward
