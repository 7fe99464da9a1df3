#include "runner/mend/session.h"

#include "runner/mend/beneath.h"
#include "runner/mend/made_node.h"
#include "runner/mend/move_node.h"
#include "runner/mend/node_mode.h"
#include "runner/mend/playback.h"
#include "verifier/text/show.h"

#include <fmt/core.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <ctime>
#include <filesystem>
#include <utility>

namespace hubward {
namespace {

constexpr int kMostAgain = 1000;

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

std::string kind_word(mode_t mode) {
  if (S_ISREG(mode)) return "file";
  if (S_ISLNK(mode)) return "link";
  if (S_ISDIR(mode)) return "folder";
  return "special";
}

tl::unexpected<Error> is_inside(const std::string& home) {
  return fail(ErrorKind::usage, "--quarantine",
              fmt::format("{} lies in the cache, where clients would trip over it", show(home)));
}

/// Whoever may list it learns the names of private models, and more from what is in them.
/// Root works for the cache's owner, and for nobody else who has laid a folder there.
Result<void> close_to_others(int folder, const std::string& path, int cache) {
  struct stat status = {};
  if (::fstat(folder, &status) != 0) {
    return fail(ErrorKind::io, show(path), "cannot look at", errno);
  }
  struct stat owner = {};
  const bool is_the_owners =
      ::geteuid() == 0 && ::fstat(cache, &owner) == 0 && status.st_uid == owner.st_uid;
  if (status.st_uid != ::geteuid() && !is_the_owners) {
    return fail(ErrorKind::io, show(path), "the quarantine belongs to another user");
  }
  if ((status.st_mode & 07777U) != 0700U && ::fchmod(folder, 0700) != 0) {
    return fail(ErrorKind::io, show(path), "cannot be closed to others", errno);
  }
  return {};
}

}  // namespace

/// Where a path stands in the cache, and where its original would lie here.
struct Session::Place {
  UniqueFd folder;  ///< of the cache; not open when that is not there yet
  std::string name;
  std::string kind;  ///< of what stands there; empty: nothing
  std::string at;    ///< in the session, free
  UniqueFd here;     ///< the folder of `at`
  std::string here_name;

  NamedIn in_cache() const { return {folder.get(), name}; }
  NamedIn in_session() const { return {here.get(), here_name}; }
};

Result<Session> Session::open(const QuarantineRequest& request) {
  Session session;
  HUBWARD_TRY(session.cache_, open_own_folder(request.cache_path, Make::no));
  const std::string home = quarantine_home(request);
  HUBWARD_TRY_VOID(expect_no_link(request));
  HUBWARD_TRY(session.home_, open_own_folder(home, Make::yes));
  if (lies_in(UniqueFd(::dup(session.home_.get())), session.cache_.get())) return is_inside(home);
  if (!request.directory) {
    const std::string above(path_end(home).folder);
    HUBWARD_TRY(const UniqueFd folder, open_own_folder(above, Make::no));
    HUBWARD_TRY_VOID(close_to_others(folder.get(), above, session.cache_.get()));
  }
  HUBWARD_TRY_VOID(close_to_others(session.home_.get(), home, session.cache_.get()));
  const std::string first = fmt::format("{}-{}", stamp(request.utc), request.pid);
  session.name_ = first;
  for (int again = 2; ::mkdirat(session.home_.get(), session.name_.c_str(), 0700) != 0; ++again) {
    if (errno != EEXIST || again > kMostAgain) {
      return fail(ErrorKind::io, show(home), "cannot make folder", errno);
    }
    session.name_ = fmt::format("{}-{}", first, again);
  }
  session.directory_ = home + "/" + session.name_;
  HUBWARD_TRY(session.folder_, open_beneath(session.home_.get(), session.name_, Make::no));
  session.journal_ = UniqueFd(::openat(session.folder_.get(), kJournalName,
                                       O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0600));
  if (!session.journal_.is_open()) {
    return fail(ErrorKind::io, show(session.directory_), "cannot create journal", errno);
  }
  HUBWARD_TRY_VOID(session.write_line(journal_header(request.cache_path, stamp(request.utc))));
  ::fsync(session.folder_.get());
  return session;
}

Result<void> Session::write_line(const std::string& line) {
  const ssize_t wrote = ::write(journal_.get(), line.data(), line.size());
  if (wrote != static_cast<ssize_t>(line.size()) || ::fsync(journal_.get()) != 0) {
    is_broken_ = true;
    return fail(ErrorKind::io, show(directory_), "cannot write the journal", errno);
  }
  return {};
}

Result<std::size_t> Session::note(JournalRecord record) {
  HUBWARD_TRY_VOID(write_line(journal_line(record)));
  records_.push_back(std::move(record));
  return records_.size();
}

/// What was written down and could not be done.
void Session::forget(std::size_t number) {
  if (write_line(journal_undone(number))) records_[number - 1].undone = true;
}

// Beneath "again-2" where the same path, or what stands above it, has come here before.
Result<Session::Place> Session::find_place(const std::string& path) {
  Place place;
  const PathEnd end = path_end(path);
  place.name = end.name;
  auto folder = open_beneath(cache_.get(), end.folder, Make::no);
  if (!folder && folder.error().sys_errno != ENOENT) return tl::unexpected(folder.error());
  struct stat status = {};
  if (!folder) return place;
  place.folder = std::move(*folder);
  if (::fstatat(place.folder.get(), place.name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
    if (errno == ENOENT) return place;
    return fail(ErrorKind::io, show(path), "cannot look at", errno);
  }
  place.kind = kind_word(status.st_mode);
  place.here_name = place.name;
  for (int again = 1; again <= kMostAgain; ++again) {
    place.at = again == 1 ? path : fmt::format("again-{}/{}", again, path);
    auto here = open_beneath(folder_.get(), path_end(place.at).folder, Make::yes);
    const bool is_free =
        here && ::fstatat(here->get(), place.name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0 &&
        errno == ENOENT;
    if (is_free) {
      place.here = std::move(*here);
      return place;
    }
    const int error = here ? 0 : here.error().sys_errno;
    const bool is_taken = error == 0 || error == ENOTDIR || error == ELOOP || error == EACCES;
    if (!is_taken || (!here && again == kMostAgain)) return tl::unexpected(here.error());
  }
  return fail(ErrorKind::io, show(path), "has come to this quarantine too often");
}

Result<bool> Session::take(const std::string& path, FindingCode code) {
  if (!may_be_journaled(path)) return false;
  HUBWARD_TRY(const Place place, find_place(path));
  if (place.kind.empty()) return false;
  HUBWARD_TRY(const std::size_t number, note({.deed = JournalDeed::take,
                                              .path = path,
                                              .kind = place.kind,
                                              .code = std::string(to_string(code)),
                                              .at = place.at}));
  if (auto moved = move_node(place.in_cache(), place.in_session()); !moved) {
    forget(number);
    if (moved.error().sys_errno == ENOENT) return false;
    moved.error().where = show(path);
    return tl::unexpected(std::move(moved.error()));
  }
  return true;
}

Result<void> Session::put_link(const std::string& path, const std::string& text, FindingCode code) {
  return put(JournalDeed::link, path, text, code);
}

Result<void> Session::put_ref(const std::string& path, const CommitId& commit, FindingCode code) {
  return put(JournalDeed::ref, path, commit.hex(), code);
}

Result<void> Session::put(JournalDeed deed, const std::string& path, const std::string& text,
                          FindingCode code) {
  if (!may_be_journaled(path)) return fail(ErrorKind::io, show(path), "no journal can name it");
  HUBWARD_TRY(Place place, find_place(path));
  JournalRecord record{.deed = deed,
                       .path = path,
                       .kind = place.kind,
                       .code = std::string(to_string(code)),
                       .at = place.at,
                       .text = text};
  if (place.kind.empty()) {
    HUBWARD_TRY(place.folder, make_parents(path_end(path).folder));
    return put_new(place, std::move(record));
  }
  return put_instead(place, std::move(record));
}

Result<UniqueFd> Session::make_parents(std::string_view folder) {
  UniqueFd current(::openat(cache_.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  for (std::size_t end = 0; end < folder.size();) {
    const std::size_t begin = end == 0 ? 0 : end + 1;
    end = std::min(folder.find('/', begin), folder.size());
    const std::string part(folder.substr(begin, end - begin));
    auto next = open_beneath(current.get(), part, Make::no);
    if (!next && next.error().sys_errno == ENOENT) {
      HUBWARD_TRY(const std::size_t number,
                  note({.deed = JournalDeed::folder, .path = std::string(folder.substr(0, end))}));
      next = open_beneath(current.get(), part, Make::as_umask);
      if (!next) forget(number);
    }
    HUBWARD_TRY(current, std::move(next));
  }
  return current;
}

/// A ref is written here and then moved, so that no client reads half of one.
Result<void> Session::make_in_cache(const NamedIn& at, const MadeNode& made) const {
  if (made.is_link) return make_node(at, made);
  const NamedIn prepared{folder_.get(), kUnfinishedName};
  remove_node(prepared);
  if (!make_node(prepared, made)) return make_node(at, made);
  const int error = rename_node(prepared, at);
  if (error == 0) return {};
  remove_node(prepared);
  if (error == EXDEV) return make_node(at, made);
  return fail(ErrorKind::io, show(at.name), "cannot put ref in its place", error);
}

Result<void> Session::put_new(const Place& place, JournalRecord record) {
  const std::string path = record.path;
  const MadeNode made = made_node(record);
  HUBWARD_TRY(const std::size_t number, note(std::move(record)));
  auto written = make_in_cache(place.in_cache(), made);
  if (!written) {
    forget(number);
    written.error().where = show(path);
    return written;
  }
  return {};
}

// The new one is made here and changes places with the old one, so that no instant is without
// either. Where that cannot be, the old one goes first.
Result<void> Session::put_instead(const Place& place, JournalRecord record) {
  const std::string path = record.path;
  const MadeNode made = made_node(record);
  HUBWARD_TRY(const std::size_t number, note(std::move(record)));
  const NamedIn old = place.in_cache();
  const NamedIn kept = place.in_session();
  if (make_node_at_once(kept, made)) {
    const bool changed = ::renameat2(kept.folder, kept.name.c_str(), old.folder, old.name.c_str(),
                                     RENAME_EXCHANGE) == 0;
    if (changed) return {};
    ::unlinkat(kept.folder, kept.name.c_str(), 0);
  }
  auto moved = move_node(old, kept);
  if (moved) {
    moved = make_in_cache(old, made);
    if (!moved) {
      const auto back = move_node(kept, old);
      if (!back) return moved;  // it lies here, the journal tells so, and undo will try again
    }
  }
  if (moved) return {};
  forget(number);
  moved.error().where = show(path);
  return moved;
}

Result<void> Session::give_name(const std::string& path, const std::string& of, FindingCode code) {
  if (!may_be_journaled(path) || !may_be_journaled(of)) {
    return fail(ErrorKind::io, show(path), "no journal can name it");
  }
  const PathEnd from = path_end(of);
  HUBWARD_TRY(const UniqueFd source, open_beneath(cache_.get(), from.folder, Make::no));
  HUBWARD_TRY(const UniqueFd target, make_parents(path_end(path).folder));
  HUBWARD_TRY(const std::size_t number, note({.deed = JournalDeed::name,
                                              .path = path,
                                              .code = std::string(to_string(code)),
                                              .of = of}));
  const std::string name = path_end(path).name;
  if (::linkat(source.get(), from.name.c_str(), target.get(), name.c_str(), 0) != 0) {
    const int error = errno;
    forget(number);
    return fail(ErrorKind::io, show(path), "cannot give a second name", error);
  }
  return {};
}

Result<void> Session::change_mode(const std::string& path, mode_t mode, FindingCode code) {
  if (!may_be_journaled(path)) return fail(ErrorKind::io, show(path), "no journal can name it");
  const PathEnd end = path_end(path);
  HUBWARD_TRY(const UniqueFd folder, open_beneath(cache_.get(), end.folder, Make::no));
  struct stat status = {};
  if (::fstatat(folder.get(), end.name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
    return fail(ErrorKind::io, show(path), "cannot look at", errno);
  }
  HUBWARD_TRY(const std::size_t number, note({.deed = JournalDeed::mode,
                                              .path = path,
                                              .code = std::string(to_string(code)),
                                              .was = status.st_mode & 0777U,
                                              .now = mode}));
  auto set = set_mode({folder.get(), end.name}, mode);
  if (!set) {
    forget(number);
    set.error().where = show(path);
  }
  return set;
}

void Session::roll_back() {
  Playback playback{.cache = cache_.get(), .session = folder_.get(), .journal = journal_.get()};
  const bool all = play_back(playback, records_).has_value() && playback.kept.empty();
  if (all) remove_empty_session(home_.get(), name_);
}

std::string quarantine_home(const QuarantineRequest& request) {
  const std::string cache = without_final_slashes(request.cache_path);
  const PathEnd end = path_end(cache);
  if (request.directory) return without_final_slashes(*request.directory) + "/" + end.name;
  return std::string(end.folder) + "/.hubward-quarantine/" + end.name;
}

Result<void> expect_no_link(const QuarantineRequest& request) {
  if (request.directory) return {};
  const std::string home = quarantine_home(request);
  for (const std::string& path : {std::string(path_end(home).folder), home}) {
    struct stat status = {};
    if (::lstat(path.c_str(), &status) != 0 || !S_ISLNK(status.st_mode)) continue;
    return fail(ErrorKind::io, show(path),
                "is a link, and the quarantine is not laid where it leads");
  }
  return {};
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

}  // namespace hubward
