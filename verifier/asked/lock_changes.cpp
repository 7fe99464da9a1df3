#include "verifier/asked/lock_changes.h"

#include <algorithm>
#include <tuple>

namespace hubward {
namespace {

LockedSide side_of(const LockedRepo& repo) {
  LockedSide side{.commit = repo.commit, .size = 0, .files = repo.files.size()};
  for (const LockedFile& file : repo.files) *side.size += file.size;
  return side;
}

LockedSide side_of(const LockedFile& file) { return {.size = file.size, .oid = file.oid}; }

LockChange change_of(LockChangeKind kind, const LockedRepo& repo, std::string path = {}) {
  return {.kind = kind, .repo = repo.repo, .revision = repo.revision, .path = std::move(path)};
}

void compare_files(const LockedRepo& before, const LockedRepo& after,
                   std::vector<LockChange>& changes) {
  auto old_file = before.files.begin();
  auto new_file = after.files.begin();
  while (old_file != before.files.end() || new_file != after.files.end()) {
    const bool is_gone = new_file == after.files.end() ||
                         (old_file != before.files.end() && old_file->path < new_file->path);
    if (is_gone) {
      changes.push_back(change_of(LockChangeKind::file_removed, before, old_file->path));
      changes.back().before = side_of(*old_file++);
    } else if (old_file == before.files.end() || new_file->path < old_file->path) {
      changes.push_back(change_of(LockChangeKind::file_added, before, new_file->path));
      changes.back().after = side_of(*new_file++);
    } else {
      if (old_file->oid != new_file->oid || old_file->size != new_file->size) {
        changes.push_back(change_of(LockChangeKind::file_changed, before, old_file->path));
        changes.back().before = side_of(*old_file);
        changes.back().after = side_of(*new_file);
      }
      ++old_file;
      ++new_file;
    }
  }
}

void compare(const LockedRepo& before, const LockedRepo& after, std::vector<LockChange>& changes) {
  if (before.commit != after.commit) {
    changes.push_back(change_of(LockChangeKind::commit_moved, before));
    changes.back().before.commit = before.commit;
    changes.back().after.commit = after.commit;
  }
  compare_files(before, after, changes);
}

}  // namespace

std::string_view to_string(LockChangeKind kind) {
  switch (kind) {
    case LockChangeKind::repo_added: return "repo-added";
    case LockChangeKind::repo_removed: return "repo-removed";
    case LockChangeKind::commit_moved: return "commit-moved";
    case LockChangeKind::file_added: return "file-added";
    case LockChangeKind::file_removed: return "file-removed";
    case LockChangeKind::file_changed: return "file-changed";
  }
  return "file-changed";
}

LockChange repo_added(const LockedRepo& repo) {
  LockChange change = change_of(LockChangeKind::repo_added, repo);
  change.after = side_of(repo);
  return change;
}

LockChange repo_removed(const LockedRepo& repo, std::string why) {
  LockChange change = change_of(LockChangeKind::repo_removed, repo);
  change.before = side_of(repo);
  change.why = std::move(why);
  return change;
}

void sort_changes(std::vector<LockChange>& changes) {
  std::ranges::stable_sort(changes, {}, [](const LockChange& change) {
    return std::make_tuple(std::string_view(change.repo.id()), to_string(change.repo.type()),
                           std::string_view(change.revision.text()), std::string_view(change.path));
  });
}

std::vector<LockChange> changes_between(const LockFile& before, const LockFile& after) {
  std::vector<LockChange> changes;
  for (const LockedRepo& repo : before.repos) {
    const LockedRepo* now = after.find(repo.repo, repo.revision);
    if (now == nullptr) {
      changes.push_back(repo_removed(repo, ""));
    } else {
      compare(repo, *now, changes);
    }
  }
  for (const LockedRepo& repo : after.repos) {
    if (before.find(repo.repo, repo.revision) == nullptr) changes.push_back(repo_added(repo));
  }
  sort_changes(changes);
  return changes;
}

}  // namespace hubward
