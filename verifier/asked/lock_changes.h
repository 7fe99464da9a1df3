// What differs between two locks, or between a lock and what it should say: a list that a person
// reads before a pin is moved.
#pragma once

#include <hubward/lock_file.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hubward {

enum class LockChangeKind : std::uint8_t {
  repo_added,
  repo_removed,
  commit_moved,
  file_added,
  file_removed,
  file_changed,
};

/// "repo-added", …
std::string_view to_string(LockChangeKind kind);

/// One file before or after; what is not known is not compared and not said.
struct LockedSide {
  std::optional<CommitId> commit;     ///< of commit_moved, repo_added and repo_removed
  std::optional<std::uint64_t> size;  ///< bytes; of an entry: of all its files
  std::optional<Digest> oid;
  std::optional<std::uint64_t> files;  ///< of repo_added and repo_removed
};

struct LockChange {
  LockChangeKind kind;
  RepoId repo;
  Revision revision;
  std::string path;  ///< of a file; inside the repo
  LockedSide before;
  LockedSide after;
  std::string why;  ///< a few words, safe for eyes; may be empty
};

/// Sorted as a lock is: by entry, within one the commit first, then the files by path. `absent`
/// paths and second digests are no changes: they pin nothing. Files are listed for entries that
/// both locks have.
std::vector<LockChange> changes_between(const LockFile& before, const LockFile& after);

/// A whole entry, as a change.
LockChange repo_added(const LockedRepo& repo);
LockChange repo_removed(const LockedRepo& repo, std::string why);

/// In the order of changes_between.
void sort_changes(std::vector<LockChange>& changes);

}  // namespace hubward
