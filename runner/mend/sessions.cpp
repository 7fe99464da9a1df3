#include "runner/mend/sessions.h"

#include "runner/mend/beneath.h"
#include "runner/mend/holders.h"
#include "runner/mend/move_node.h"
#include "verifier/text/show.h"

#include <fmt/core.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <set>
#include <tuple>
#include <utility>

namespace hubward {
namespace {

tl::unexpected<Error> refuse(const std::string& directory, std::string what) {
  return fail(ErrorKind::bad_input, show(directory), std::move(what));
}

/// Takes as many digits as there are from the front; 0 when none.
std::size_t take_digits(std::string_view& text) {
  const std::size_t end = std::min(text.find_first_not_of("0123456789"), text.size());
  text.remove_prefix(end);
  return end;
}

bool take_char(std::string_view& text, char letter) {
  if (!text.starts_with(letter)) return false;
  text.remove_prefix(1);
  return true;
}

Result<std::string> read_journal(int session, const std::string& directory) {
  const UniqueFd file(
      ::openat(session, kJournalName, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  struct stat status = {};
  if (!file.is_open()) return refuse(directory, "there is no journal that can be read in it");
  if (::fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode)) {
    return refuse(directory, "its journal is no plain file");
  }
  if (static_cast<std::uint64_t>(status.st_size) > kMaxJournalBytes) {
    return refuse(directory, "its journal is larger than 256 MiB");
  }
  std::string text(static_cast<std::size_t>(status.st_size), '\0');
  for (std::size_t done = 0; done < text.size();) {
    const ssize_t got = ::read(file.get(), text.data() + done, text.size() - done);
    if (got < 0) return fail(ErrorKind::io, show(directory), "cannot read the journal", errno);
    if (got == 0) text.resize(done);
    done += static_cast<std::size_t>(got);
  }
  return text;
}

Result<UniqueFd> open_session(int home, const std::string& name, const std::string& directory) {
  auto session = open_beneath(home, name, Make::no);
  if (!session) {
    if (session.error().sys_errno == ENOENT) {
      return fail(ErrorKind::no_such_input, show(directory), "there is no such session");
    }
    return refuse(directory, "it is no folder that can be opened");
  }
  struct stat status = {};
  if (::fstat(session->get(), &status) != 0 || status.st_uid != ::geteuid()) {
    return refuse(directory, "it belongs to another user");
  }
  return session;
}

/// Killed before the journal's first line was whole, and so before any deed.
bool was_never_begun(int session) {
  const auto names = names_in(session);
  if (!names || names->size() != 1 || names->front() != kJournalName) return false;
  const auto text = read_journal(session, "");
  return text && text->find('\n') == std::string::npos;
}

/// @param cache  whose a session is that tells of none
Result<FoundSession> read_session(int home, const std::string& home_path, const std::string& name,
                                  const std::string& cache) {
  FoundSession found{.home = home_path, .name = name};
  HUBWARD_TRY(const UniqueFd session, open_session(home, name, found.directory()));
  if (was_never_begun(session.get())) {
    found.journal.cache = cache;
    return found;
  }
  HUBWARD_TRY(const std::string text, read_journal(session.get(), found.directory()));
  HUBWARD_TRY(found.journal, parse_journal(text, show(found.directory() + "/" + kJournalName)));
  return found;
}

bool is_same_folder(const std::string& left, const std::string& right) {
  struct stat one = {};
  struct stat other = {};
  return ::stat(left.c_str(), &one) == 0 && ::stat(right.c_str(), &other) == 0 &&
         one.st_dev == other.st_dev && one.st_ino == other.st_ino;
}

/// By identity; by name where the one of the journal is no more, for caches are moved about.
bool is_of_cache(const Journal& journal, const std::string& cache) {
  if (journal.cache == cache || is_same_folder(journal.cache, cache)) return true;
  struct stat status = {};
  const bool has_gone = ::stat(journal.cache.c_str(), &status) != 0 && errno == ENOENT;
  return has_gone && path_end(journal.cache).name == path_end(cache).name;
}

/// By time; within a second, by when the last line was written.
auto age_of(const FoundSession& session) {
  struct stat status = {};
  ::lstat((session.directory() + "/" + kJournalName).c_str(), &status);
  return std::tuple(session.name.substr(0, session.name.find('-')), status.st_mtim.tv_sec,
                    status.st_mtim.tv_nsec, session.name.size(), session.name);
}

/// A line that a kill has torn must not swallow the next one. Errors: io.
Result<void> end_last_line(int journal) {
  const off_t size = ::lseek(journal, 0, SEEK_END);
  char last = '\n';
  off_t end = size;
  while (end > 0 && ::pread(journal, &last, 1, end - 1) == 1 && last != '\n') --end;
  if (end == size || ::ftruncate(journal, end) == 0) return {};
  return fail(ErrorKind::io, "", "cannot write the journal", errno);
}

void remove_if_empty(const QuarantineRequest& request, const std::string& home) {
  ::rmdir(home.c_str());
  if (!request.directory) ::rmdir(std::string(path_end(home).folder).c_str());
}

}  // namespace

bool is_session_name(std::string_view name) {
  const bool has_time = take_digits(name) == 8 && take_char(name, 'T') && take_digits(name) == 6 &&
                        take_char(name, 'Z') && take_char(name, '-') && take_digits(name) > 0;
  if (!has_time || name.empty()) return has_time;
  return take_char(name, '-') && take_digits(name) > 0 && name.empty();
}

Result<FoundSessions> find_sessions(const QuarantineRequest& request) {
  FoundSessions found;
  HUBWARD_TRY_VOID(expect_no_link(request));
  const std::string home_path = quarantine_home(request);
  const auto home = open_own_folder(home_path, Make::no);
  if (!home) {
    if (home.error().sys_errno == ENOENT) return found;
    return tl::unexpected(home.error());
  }
  HUBWARD_TRY(std::vector<std::string> names, names_in(home->get()));
  std::ranges::sort(names);
  for (const std::string& name : names) {
    std::string path = fmt::format("{}/{}", home_path, name);
    if (!is_session_name(name)) {
      found.others.push_back({std::move(path), "it is not named as a session is"});
      continue;
    }
    auto session = read_session(home->get(), home_path, name, request.cache_path);
    if (!session) {
      found.others.push_back({std::move(path), session.error().what});
    } else if (!is_of_cache(session->journal, request.cache_path)) {
      found.others.push_back({std::move(path), "its journal tells of another cache"});
    } else {
      found.sessions.push_back(std::move(*session));
    }
  }
  std::ranges::sort(found.sessions, std::ranges::greater(), age_of);
  return found;
}

Result<FoundSession> find_session(const QuarantineRequest& request, const std::string& word) {
  std::string path = word;
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  const PathEnd end = path_end(path);
  const bool is_path = path.find('/') != std::string::npos;
  const std::string home_path = !is_path             ? quarantine_home(request)
                                : end.folder.empty() ? "/"
                                                     : std::string(end.folder);
  if (!stays_beneath(end.name)) {
    return fail(ErrorKind::no_such_input, show(word), "there is no such session");
  }
  const auto home = open_own_folder(home_path, Make::no);
  if (!home) return fail(ErrorKind::no_such_input, show(word), "there is no such session");
  HUBWARD_TRY(FoundSession session,
              read_session(home->get(), home_path, end.name, request.cache_path));
  if (!is_of_cache(session.journal, request.cache_path)) {
    return refuse(session.directory(), fmt::format("its journal tells of another cache, {}",
                                                   show(session.journal.cache)));
  }
  return session;
}

std::vector<std::string> folders_of(const Journal& journal) {
  std::set<std::string> folders;
  for (const JournalRecord& record : journal.records) folders.insert(lock_folder(record.path));
  return {folders.begin(), folders.end()};
}

Result<Undone> undo_session(const QuarantineRequest& request, FoundSession& session) {
  HUBWARD_TRY(const UniqueFd cache, open_own_folder(request.cache_path, Make::no));
  HUBWARD_TRY(const UniqueFd home, open_own_folder(session.home, Make::no));
  HUBWARD_TRY(const UniqueFd folder, open_session(home.get(), session.name, session.directory()));
  const UniqueFd journal(::openat(folder.get(), kJournalName,
                                  O_RDWR | O_APPEND | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!journal.is_open()) {
    return fail(ErrorKind::io, show(session.directory()), "cannot write the journal", errno);
  }
  HUBWARD_TRY_VOID(end_last_line(journal.get()));
  Playback playback{.cache = cache.get(), .session = folder.get(), .journal = journal.get()};
  HUBWARD_TRY_VOID(play_back(playback, session.journal.records));
  Undone undone{.returned = std::move(playback.returned), .kept = std::move(playback.kept)};
  if (undone.kept.empty()) {
    undone.is_gone = remove_empty_session(home.get(), session.name);
    remove_if_empty(request, session.home);
  }
  return undone;
}

void remove_empty_sessions(const QuarantineRequest& request) {
  const std::string home_path = quarantine_home(request);
  const auto home = open_own_folder(home_path, Make::no);
  const auto names = home ? names_in(home->get()) : Result<std::vector<std::string>>({});
  if (!names) return;
  for (const std::string& name : *names) {
    if (is_session_name(name)) ::unlinkat(home->get(), name.c_str(), AT_REMOVEDIR);
  }
  remove_if_empty(request, home_path);
}

Result<std::vector<Kept>> purge_sessions(const QuarantineRequest& request,
                                         const std::vector<FoundSession>& sessions) {
  std::vector<Kept> kept;
  for (const FoundSession& session : sessions) {
    HUBWARD_TRY(const UniqueFd home, open_own_folder(session.home, Make::no));
    remove_node({home.get(), session.name});
    struct stat status = {};
    if (::fstatat(home.get(), session.name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0) {
      kept.push_back({session.directory(), "not all of it could be removed"});
    }
    remove_if_empty(request, session.home);
  }
  return kept;
}

std::vector<QuarantineItem> items_in(const std::vector<FoundSession>& sessions) {
  std::vector<QuarantineItem> items;
  for (const FoundSession& session : sessions) {
    for (const JournalRecord& record : session.journal.records) {
      const auto code = finding_code_from(record.code);
      if (record.deed != JournalDeed::take || record.undone || !code) continue;
      items.push_back({.path = record.path, .code = *code});
    }
  }
  return items;
}

}  // namespace hubward
