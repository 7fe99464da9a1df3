#include "runner/ledger/state_folder.h"

#include "runner/mend/beneath.h"
#include "verifier/text/show.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <utility>

namespace hubward {
namespace {

// SQLite's own companions lie beside the file, and count like it.
constexpr const char* kCompanions[] = {"-wal", "-shm", "-journal"};

/// What makes it another's word; nullptr: nothing.
const char* fault_of(const struct stat& status) {
  if (status.st_uid != ::geteuid()) return "belongs to another user";
  if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0) return "can be written by others";
  return nullptr;
}

tl::unexpected<Error> ignored(const std::string& path, const char* why) {
  return fail(ErrorKind::bad_input, show(path), std::string(why) + ", and is ignored");
}

/// @return the folder, or one that is not open when there is none
Result<UniqueFd> open_folder(const std::string& path) {
  UniqueFd folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  const int error = errno;
  if (folder.is_open() || error == ENOENT) return folder;
  if (error == ENOTDIR || error == ELOOP) return ignored(path, "is a link or no folder");
  return fail(ErrorKind::io, show(path), "cannot be opened", error);
}

}  // namespace

StateFolder::StateFolder(UniqueFd folder, std::string path)
    : folder_(std::move(folder)), path_(std::move(path)) {}

/// @return whether there is a ledger
Result<bool> StateFolder::judge_files() const {
  bool is_there = false;
  std::string names[] = {kFile, kFile, kFile, kFile};
  for (std::size_t at = 1; at < std::size(names); ++at) names[at] += kCompanions[at - 1];
  for (const std::string& name : names) {
    struct stat status = {};
    if (::fstatat(folder_.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
      if (errno == ENOENT) continue;
      return fail(ErrorKind::io, show(path_ + "/" + name), "cannot be looked at", errno);
    }
    if (!S_ISREG(status.st_mode)) return ignored(path_ + "/" + name, "is a link or no file");
    if (const char* why = fault_of(status)) return ignored(path_ + "/" + name, why);
    is_there = is_there || name == kFile;
  }
  return is_there;
}

Result<std::optional<StateFolder>> StateFolder::open(const std::string& path) {
  HUBWARD_TRY(UniqueFd opened, open_folder(path));
  if (!opened.is_open()) return std::optional<StateFolder>();
  struct stat status = {};
  if (::fstat(opened.get(), &status) != 0) {
    return fail(ErrorKind::io, show(path), "cannot be looked at", errno);
  }
  if (const char* why = fault_of(status)) return ignored(path, why);
  if (::flock(opened.get(), LOCK_SH | LOCK_NB) != 0) {
    return fail(ErrorKind::try_later, show(path), "is held by another process", errno);
  }
  // SQLite follows no link when told so, not even one to a home.
  std::error_code failure;
  const std::string real = std::filesystem::canonical(path, failure).string();
  if (failure) return fail(ErrorKind::io, show(path), "cannot be resolved", failure.value());
  StateFolder folder(std::move(opened), path);
  folder.file_ = real + "/" + kFile;
  HUBWARD_TRY(const bool is_there, folder.judge_files());
  return is_there ? std::optional(std::move(folder)) : std::nullopt;
}

Result<StateFolder> StateFolder::make(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  const std::string name = path.substr(slash + 1);
  HUBWARD_TRY(const UniqueFd parent, open_own_folder(path.substr(0, slash), Make::yes));
  if (::mkdirat(parent.get(), name.c_str(), 0700) != 0 && errno != EEXIST) {
    return fail(ErrorKind::io, show(path), "cannot be made", errno);
  }
  HUBWARD_TRY(const UniqueFd folder, open_folder(path));
  const UniqueFd file(
      ::openat(folder.get(), kFile, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!file.is_open() && errno != EEXIST) {
    return fail(ErrorKind::io, show(path + "/" + kFile), "cannot be made", errno);
  }
  HUBWARD_TRY(auto opened, open(path));
  if (!opened) return fail(ErrorKind::io, show(path), "went away");
  return std::move(*opened);
}

Result<void> StateFolder::throw_away() {
  if (::flock(folder_.get(), LOCK_EX | LOCK_NB) != 0) {
    return fail(ErrorKind::try_later, show(path_), "is held by another process", errno);
  }
  ::unlinkat(folder_.get(), kFile, 0);
  for (const char* companion : kCompanions) {
    ::unlinkat(folder_.get(), (std::string(kFile) + companion).c_str(), 0);
  }
  return {};
}

}  // namespace hubward
