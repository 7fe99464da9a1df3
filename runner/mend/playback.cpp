#include "runner/mend/playback.h"

#include "runner/mend/beneath.h"
#include "runner/mend/made_node.h"
#include "runner/mend/move_node.h"
#include "runner/mend/node_mode.h"
#include "runner/mend/same_node.h"
#include "verifier/cache/unique_fd.h"
#include "verifier/text/show.h"

#include <fmt/core.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <optional>
#include <utility>

namespace hubward {
namespace {

/// Why a deed could not be taken back; nullopt: it is.
using Hindrance = std::optional<std::string>;

const char* const kOther = "something else has come into its place since";
const char* const kLost = "what stood there is neither in the cache nor in the quarantine";

std::string reason_of(const Error& error) {
  return error.sys_errno == 0 ? error.what
                              : fmt::format("{}: {}", error.what, std::strerror(error.sys_errno));
}

/// A path's folder, opened beneath a root, and its name in it.
struct Spot {
  UniqueFd folder;
  std::string name;
  std::string why;  ///< it is not open because of this; empty: because it is not there

  NamedIn at() const { return {folder.get(), name}; }
  bool is_there() const {
    struct stat status = {};
    return folder.is_open() &&
           ::fstatat(folder.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0;
  }
};

Spot spot_of(int root, const std::string& path, Make make = Make::no) {
  const PathEnd end = path_end(path);
  Spot spot{.name = end.name};
  auto folder = open_beneath(root, end.folder, make);
  if (folder) {
    spot.folder = std::move(*folder);
  } else if (folder.error().sys_errno != ENOENT) {
    spot.why = reason_of(folder.error());
  }
  return spot;
}

class Undoing {
 public:
  explicit Undoing(Playback& playback) : playback_(playback) {}

  Hindrance undo(const JournalRecord& record) {
    switch (record.deed) {
      case JournalDeed::take: return undo_take(record);
      case JournalDeed::link:
      case JournalDeed::ref:
        return record.has_original() ? undo_put_instead(record) : undo_put_new(record);
      case JournalDeed::folder: return undo_folder(record);
      case JournalDeed::name: return undo_name(record);
      case JournalDeed::mode: return undo_mode(record);
    }
    return std::nullopt;
  }

 private:
  Hindrance undo_take(const JournalRecord& record);
  Hindrance undo_put_instead(const JournalRecord& record);
  Hindrance undo_put_new(const JournalRecord& record) const;
  Hindrance undo_folder(const JournalRecord& record) const;
  Hindrance undo_name(const JournalRecord& record) const;
  Hindrance undo_mode(const JournalRecord& record);
  Hindrance bring_back(const Spot& kept, const std::string& path);
  Hindrance settle(const Spot& kept, const Spot& there, const JournalRecord& record);

  Playback& playback_;
};

Hindrance Undoing::bring_back(const Spot& kept, const std::string& path) {
  const Spot there = spot_of(playback_.cache, path, Make::as_umask);
  if (!there.folder.is_open()) return there.why;
  const auto moved = move_node(kept.at(), there.at());
  if (!moved) return moved.error().sys_errno == EEXIST ? kOther : reason_of(moved.error());
  playback_.returned.push_back(path);
  return std::nullopt;
}

/// Both are there. Across file systems a kill may come between copy and removal: then one of them
/// is the other's copy, or what is left of it.
Hindrance Undoing::settle(const Spot& kept, const Spot& there, const JournalRecord& record) {
  if (!is_remnant(there.at(), kept.at())) return kOther;
  if (record.kind != "folder") {
    remove_node(kept.at());
    return std::nullopt;
  }
  remove_node(there.at());
  return bring_back(kept, record.path);
}

Hindrance Undoing::undo_take(const JournalRecord& record) {
  const Spot kept = spot_of(playback_.session, record.at);
  const Spot there = spot_of(playback_.cache, record.path);
  if (!kept.why.empty()) return kept.why;
  if (!there.why.empty()) return there.why;
  if (!kept.is_there()) return there.is_there() ? Hindrance() : kLost;
  if (!there.is_there()) return bring_back(kept, record.path);
  return settle(kept, there, record);
}

Hindrance Undoing::undo_put_instead(const JournalRecord& record) {
  const MadeNode made = made_node(record);
  const Spot kept = spot_of(playback_.session, record.at);
  const Spot there = spot_of(playback_.cache, record.path);
  if (!kept.why.empty()) return kept.why;
  if (!there.why.empty()) return there.why;
  const bool has_made = there.is_there() && is_made(there.at(), made);
  if (!kept.is_there()) return there.is_there() && !has_made ? Hindrance() : kLost;
  if (is_made(kept.at(), made)) {
    // It was made ready, and has not changed places, or has changed them back.
    ::unlinkat(kept.folder.get(), kept.name.c_str(), 0);
    return there.is_there() ? Hindrance() : kLost;
  }
  if (!there.is_there()) return bring_back(kept, record.path);
  // With the original safe in the session, part of the new one is a kill's.
  if (!is_part_of_made(there.at(), made)) return settle(kept, there, record);
  if (::renameat2(kept.folder.get(), kept.name.c_str(), there.folder.get(), there.name.c_str(),
                  RENAME_EXCHANGE) == 0) {
    ::unlinkat(kept.folder.get(), kept.name.c_str(), 0);
    playback_.returned.push_back(record.path);
    return std::nullopt;
  }
  ::unlinkat(there.folder.get(), there.name.c_str(), 0);
  return bring_back(kept, record.path);
}

Hindrance Undoing::undo_put_new(const JournalRecord& record) const {
  const Spot there = spot_of(playback_.cache, record.path);
  if (!there.why.empty()) return there.why;
  if (!there.is_there()) return std::nullopt;
  if (!is_part_of_made(there.at(), made_node(record))) return kOther;
  ::unlinkat(there.folder.get(), there.name.c_str(), 0);
  return std::nullopt;
}

// One in which something lies now is somebody's, and stays.
Hindrance Undoing::undo_folder(const JournalRecord& record) const {
  const Spot there = spot_of(playback_.cache, record.path);
  if (there.folder.is_open()) {
    ::unlinkat(there.folder.get(), there.name.c_str(), AT_REMOVEDIR);
  }
  return std::nullopt;
}

Hindrance Undoing::undo_name(const JournalRecord& record) const {
  const Spot there = spot_of(playback_.cache, record.path);
  const Spot of = spot_of(playback_.cache, record.of);
  if (!there.why.empty()) return there.why;
  if (!there.is_there()) return std::nullopt;
  if (!of.is_there() || !is_same_inode(there.at(), of.at())) return kOther;
  ::unlinkat(there.folder.get(), there.name.c_str(), 0);
  return std::nullopt;
}

Hindrance Undoing::undo_mode(const JournalRecord& record) {
  const Spot there = spot_of(playback_.cache, record.path);
  struct stat status = {};
  if (!there.folder.is_open() ||
      ::fstatat(there.folder.get(), there.name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
    return there.why.empty() ? kLost : there.why;
  }
  const mode_t mode = status.st_mode & 0777U;
  if (mode == record.was) return std::nullopt;
  if (mode != record.now) return "its permissions have been changed since";
  const auto set = set_mode(there.at(), (status.st_mode & 07000U) | record.was);
  if (!set) return reason_of(set.error());
  playback_.returned.push_back(record.path);
  return std::nullopt;
}

Result<void> mark_undone(int journal, std::size_t number) {
  const std::string line = journal_undone(number);
  if (::write(journal, line.data(), line.size()) == static_cast<ssize_t>(line.size()) &&
      ::fsync(journal) == 0) {
    return {};
  }
  return fail(ErrorKind::io, "", "cannot write the journal", errno);
}

/// Removes folders in which nothing lies, and what a kill has left of a copy.
bool sweep(int folder, const std::string& name, bool is_top) {
  const auto below = open_beneath(folder, name, Make::no);
  if (!below) return false;
  const auto names = names_in(below->get());
  if (!names) return false;
  bool is_empty = true;
  for (const std::string& inner : *names) {
    if (is_top && inner == kJournalName) continue;
    if (inner == kUnfinishedName) {
      remove_node({below->get(), inner});
    } else if (!sweep(below->get(), inner, false)) {
      is_empty = false;
    }
  }
  if (!is_empty) return false;
  return is_top || ::unlinkat(folder, name.c_str(), AT_REMOVEDIR) == 0;
}

}  // namespace

Result<void> play_back(Playback& playback, std::vector<JournalRecord>& records) {
  Undoing undoing(playback);
  for (std::size_t number = records.size(); number > 0; --number) {
    JournalRecord& record = records[number - 1];
    if (record.undone) continue;
    if (auto hindrance = undoing.undo(record)) {
      playback.kept.push_back({record.path, std::move(*hindrance)});
      continue;
    }
    HUBWARD_TRY_VOID(mark_undone(playback.journal, number));
    record.undone = true;
  }
  return {};
}

bool remove_empty_session(int home, const std::string& name) {
  if (!sweep(home, name, true)) return false;
  const auto session = open_beneath(home, name, Make::no);
  if (!session) return false;
  ::unlinkat(session->get(), kJournalName, 0);
  return ::unlinkat(home, name.c_str(), AT_REMOVEDIR) == 0;
}

}  // namespace hubward
