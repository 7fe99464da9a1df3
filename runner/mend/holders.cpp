#include "runner/mend/holders.h"

#include "runner/mend/beneath.h"
#include "runner/mend/move_node.h"
#include "verifier/cache/layout.h"

#include <fmt/core.h>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string_view>

namespace hubward {
namespace {

/// Of lock files held at once; beyond, they are tried and let go, for descriptors are few.
constexpr std::size_t kMostHeld = 512;

UniqueFd open_plain(int folder, const std::string& name, int mode) {
  UniqueFd file(::openat(folder, name.c_str(), mode | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  struct stat status = {};
  if (file.is_open() && (::fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode))) {
    return UniqueFd();
  }
  return file;
}

bool is_number(std::string_view name) {
  return name.find_first_not_of("0123456789") == std::string_view::npos;
}

}  // namespace

std::string lock_folder(std::string_view path) {
  std::size_t slash = path.find('/');
  const bool is_shared = path.starts_with("blobs/");
  if (is_shared) slash = path.find('/', slash + 1);
  return std::string(path.substr(0, slash));
}

std::optional<FoundLock> FoundLock::try_take(int folder, const std::string& name) {
  FoundLock lock;
  // Over NFS only who may write may lock for himself.
  UniqueFd file = open_plain(folder, name, O_RDWR);
  if (!file.is_open()) file = open_plain(folder, name, O_RDONLY);
  if (!file.is_open()) return lock;
  if (::flock(file.get(), LOCK_EX | LOCK_NB) == 0) {
    lock.file_ = std::move(file);
  } else if (errno == EWOULDBLOCK) {
    return std::nullopt;
  }
  return lock;
}

tl::expected<HeldLocks, std::string> HeldLocks::try_take(int cache,
                                                         std::span<const std::string> folders) {
  HeldLocks locks;
  const auto take_all = [&](const std::string& place) -> std::string {
    const auto folder = open_beneath(cache, place, Make::no);
    if (!folder) return {};
    const auto names = names_in(folder->get());
    if (!names) return {};
    for (const std::string& name : *names) {
      if (!is_lock_name(name)) continue;
      auto lock = FoundLock::try_take(folder->get(), name);
      if (!lock) return fmt::format("{}/{}", place, name);
      if (lock->is_held() && locks.locks_.size() < kMostHeld) {
        locks.locks_.push_back(std::move(*lock));
      }
    }
    return {};
  };
  for (const std::string& folder : folders) {
    const bool is_shared = folder.starts_with("blobs/");
    for (const std::string& place :
         is_shared ? std::vector<std::string>{folder}
                   : std::vector<std::string>{".locks/" + folder, folder + "/blobs"}) {
      std::string held = take_all(place);
      if (!held.empty()) return tl::unexpected(std::move(held));
    }
  }
  return locks;
}

Result<std::optional<UniqueFd>> lock_cache(int cache) {
  UniqueFd folder(::openat(cache, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder.is_open()) return fail(ErrorKind::io, "", "cannot open the cache", errno);
  if (::flock(folder.get(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
    return std::optional<UniqueFd>();
  }
  return std::optional<UniqueFd>(std::move(folder));
}

OpenFiles OpenFiles::now() {
  OpenFiles open;
  const std::string own = std::to_string(::getpid());
  const UniqueFd proc(::open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  const auto processes =
      proc.is_open() ? names_in(proc.get()) : Result<std::vector<std::string>>({});
  if (!processes) return open;
  for (const std::string& process : *processes) {
    if (!is_number(process) || process == own) continue;
    const UniqueFd folder(
        ::openat(proc.get(), (process + "/fd").c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    const auto names =
        folder.is_open() ? names_in(folder.get()) : Result<std::vector<std::string>>({});
    if (!names) continue;
    for (const std::string& name : *names) {
      struct stat status = {};
      if (::fstatat(folder.get(), name.c_str(), &status, 0) != 0 || !S_ISREG(status.st_mode)) {
        continue;
      }
      open.files_.emplace(status.st_dev, status.st_ino);
    }
  }
  return open;
}

bool OpenFiles::has(int cache, const std::string& path) const {
  const PathEnd end = path_end(path);
  const auto folder = open_beneath(cache, end.folder, Make::no);
  struct stat status = {};
  return folder && ::fstatat(folder->get(), end.name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 &&
         files_.contains({status.st_dev, status.st_ino});
}

}  // namespace hubward
