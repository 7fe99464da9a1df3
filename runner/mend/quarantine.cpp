#include "runner/mend/quarantine.h"

#include "runner/mend/beneath.h"
#include "runner/mend/move_node.h"
#include "verifier/cache/unique_fd.h"
#include "verifier/text/json_door.h"
#include "verifier/text/show.h"

#include <fmt/core.h>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <filesystem>
#include <utility>

namespace hubward {
namespace {

constexpr const char* kJournal = "journal.jsonl";

std::string without_final_slashes(std::string path) {
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  return path;
}

/// "20251123T213000Z": no colon, that every file system and archive takes it.
std::string stamp(std::chrono::system_clock::time_point utc) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(utc);
  struct tm parts = {};
  ::gmtime_r(&seconds, &parts);
  char text[32];
  const std::size_t size = std::strftime(text, sizeof text, "%Y%m%dT%H%M%SZ", &parts);
  return std::string(text, size);
}

std::string_view kind_word(mode_t mode) {
  if (S_ISREG(mode)) return "file";
  if (S_ISLNK(mode)) return "link";
  if (S_ISDIR(mode)) return "folder";
  return "special";
}

/// A client of hf-hub 0.4.3 or 0.5 holds its lock file by flock. Source: hub-cache-format 2.10.
bool is_held(int root, const std::string& path) {
  const PathEnd end = path_end(path);
  const auto folder = open_beneath(root, end.folder, Make::no);
  if (!folder) return false;
  const UniqueFd lock(
      ::openat(folder->get(), end.name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!lock.is_open()) return errno == EACCES;
  return ::flock(lock.get(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
}

tl::unexpected<Error> is_inside(const std::string& home) {
  return fail(ErrorKind::usage, "--quarantine",
              fmt::format("{} lies in the cache, where clients would trip over it", show(home)));
}

/// Whoever may list it learns the names of private models, and more from what is in them.
Result<void> close_to_others(int folder, const std::string& path) {
  struct stat status = {};
  if (::fstat(folder, &status) != 0) {
    return fail(ErrorKind::io, show(path), "cannot look at", errno);
  }
  if (status.st_uid != ::geteuid() && ::geteuid() != 0) {
    return fail(ErrorKind::io, show(path), "the quarantine belongs to another user");
  }
  if ((status.st_mode & 07777U) != 0700U && ::fchmod(folder, 0700) != 0) {
    return fail(ErrorKind::io, show(path), "cannot be closed to others", errno);
  }
  return {};
}

/// One call's folder in the quarantine, and what has been moved there so far.
class Room {
 public:
  static Result<Room> open(const QuarantineRequest& request);

  /// Result false: it has gone meanwhile, or is held.
  Result<bool> move_in(const QuarantineItem& item);
  /// Everything back to its place, latest first; then the empty room goes too.
  void move_all_back();

  const std::string& directory() const { return directory_; }

 private:
  Result<void> note(JsonObject line);

  std::string directory_;
  UniqueFd cache_;
  UniqueFd home_;
  UniqueFd folder_;
  UniqueFd journal_;
  std::string name_;
  std::vector<std::string> moved_;
};

Result<Room> Room::open(const QuarantineRequest& request) {
  Room room;
  HUBWARD_TRY(room.cache_, open_own_folder(request.cache_path, Make::no));
  const std::string home = quarantine_home(request);
  HUBWARD_TRY(room.home_, open_own_folder(home, Make::yes));
  if (lies_in(UniqueFd(::dup(room.home_.get())), room.cache_.get())) return is_inside(home);
  if (!request.directory) {
    const std::string above(path_end(home).folder);
    HUBWARD_TRY(const UniqueFd folder, open_own_folder(above, Make::no));
    HUBWARD_TRY_VOID(close_to_others(folder.get(), above));
  }
  HUBWARD_TRY_VOID(close_to_others(room.home_.get(), home));
  const std::string first = fmt::format("{}-{}", stamp(request.utc), request.pid);
  room.name_ = first;
  for (int again = 2; ::mkdirat(room.home_.get(), room.name_.c_str(), 0700) != 0; ++again) {
    if (errno != EEXIST || again > 1000) {
      return fail(ErrorKind::io, show(home), "cannot make folder", errno);
    }
    room.name_ = fmt::format("{}-{}", first, again);
  }
  room.directory_ = home + "/" + room.name_;
  HUBWARD_TRY(room.folder_, open_beneath(room.home_.get(), room.name_, Make::no));
  room.journal_ = UniqueFd(::openat(room.folder_.get(), kJournal,
                                    O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0600));
  if (!room.journal_.is_open()) {
    return fail(ErrorKind::io, show(room.directory_), "cannot create journal", errno);
  }
  HUBWARD_TRY_VOID(room.note({{"schema", JsonValue(std::string("hubward.quarantine/1"))},
                              {"cache", JsonValue(report_path(request.cache_path))},
                              {"time", JsonValue(stamp(request.utc))}}));
  ::fsync(room.folder_.get());
  return room;
}

Result<void> Room::note(JsonObject line) {
  const std::string text = write_json(JsonValue(std::move(line)), JsonLayout::compact) + "\n";
  const ssize_t wrote = ::write(journal_.get(), text.data(), text.size());
  if (wrote != static_cast<ssize_t>(text.size()) || ::fsync(journal_.get()) != 0) {
    return fail(ErrorKind::io, show(directory_), "cannot write the journal", errno);
  }
  return {};
}

Result<bool> Room::move_in(const QuarantineItem& item) {
  if (!stays_beneath(item.path)) return false;
  if (!item.unless_held.empty() && is_held(cache_.get(), item.unless_held)) return false;
  const PathEnd end = path_end(item.path);
  auto source = open_beneath(cache_.get(), end.folder, Make::no);
  if (!source) {
    if (source.error().sys_errno == ENOENT) return false;
    return tl::unexpected(std::move(source.error()));
  }
  struct stat status = {};
  if (::fstatat(source->get(), end.name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
    if (errno == ENOENT) return false;
    return fail(ErrorKind::io, show(item.path), "cannot look at", errno);
  }
  HUBWARD_TRY(const UniqueFd target, open_beneath(folder_.get(), end.folder, Make::yes));
  HUBWARD_TRY_VOID(note({{"path", JsonValue(report_path(item.path))},
                         {"kind", JsonValue(std::string(kind_word(status.st_mode)))},
                         {"code", JsonValue(std::string(to_string(item.code)))}}));
  if (auto moved = move_node({source->get(), end.name}, {target.get(), end.name}); !moved) {
    if (moved.error().sys_errno == ENOENT) return false;
    moved.error().where = show(item.path);
    return tl::unexpected(std::move(moved.error()));
  }
  moved_.push_back(item.path);
  return true;
}

void Room::move_all_back() {
  bool all = true;
  while (!moved_.empty()) {
    const std::string path = std::move(moved_.back());
    moved_.pop_back();
    const PathEnd end = path_end(path);
    const auto source = open_beneath(folder_.get(), end.folder, Make::no);
    const auto target = open_beneath(cache_.get(), end.folder, Make::no);
    const bool back = source && target &&
                      move_node({source->get(), end.name}, {target->get(), end.name}).has_value() &&
                      note({{"undone", JsonValue(report_path(path))}}).has_value();
    all = all && back;
  }
  if (all) ::unlinkat(folder_.get(), kJournal, 0);
}

}  // namespace

std::string quarantine_home(const QuarantineRequest& request) {
  const std::string cache = without_final_slashes(request.cache_path);
  const PathEnd end = path_end(cache);
  if (request.directory) return without_final_slashes(*request.directory) + "/" + end.name;
  return std::string(end.folder) + "/.hubward-quarantine/" + end.name;
}

Result<void> expect_outside_cache(const QuarantineRequest& request) {
  const std::string home = std::filesystem::path(quarantine_home(request)).lexically_normal();
  const UniqueFd cache(::open(request.cache_path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  const std::string beneath = without_final_slashes(request.cache_path) + "/";
  const bool inside = cache.is_open() ? lies_in(nearest_folder(home), cache.get())
                                      : (home + "/").starts_with(beneath);
  if (inside) return is_inside(home);
  return {};
}

Result<Quarantined> quarantine(const QuarantineRequest& request,
                               std::span<const QuarantineItem> items) {
  Quarantined result;
  if (items.empty()) return result;
  HUBWARD_TRY(Room room, Room::open(request));
  for (const QuarantineItem& item : items) {
    const auto moved = room.move_in(item);
    if (!moved) {
      room.move_all_back();
      return tl::unexpected(moved.error());
    }
    if (*moved) result.moved.push_back(item);
  }
  result.directory = room.directory();
  return result;
}

}  // namespace hubward
