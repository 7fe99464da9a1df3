// `lock --check`: runs before every commit, on machines that may hold none of the models. So names
// and sizes must do, and what is not there at all contradicts nothing.
#include "verifier/asked/profile.h"
#include "verifier/checks/reach.h"
#include "verifier/checks/requirement.h"
#include "verifier/lock.h"
#include "verifier/verify_way.h"

#include <fmt/core.h>

#include <algorithm>

namespace hubward {
namespace {

/// One entry of manifest and lock beside what the cache has of it.
class EntryComparison {
 public:
  EntryComparison(const RepoCase& repo, const Pairing& pairing, std::vector<LockChange>& changes)
      : repo_(repo), pairing_(pairing), changes_(changes) {}

  void compare() {
    if (const auto why = why_not_there()) {
      LockChange change = change_of(LockChangeKind::commit_moved);
      change.before.commit = repo_.locked->commit;
      change.why = *why;
      changes_.push_back(std::move(change));
      return;
    }
    if (has_drifted()) return;
    for (const ListedFile& file : repo_.listing->files) {
      if (!is_excluded(*repo_.entry, file.path)) compare_file(file);
    }
    for (const Pointer& pointer : repo_.snapshot->pointers) find_new(pointer);
  }

  /// A blob's name contradicted the lock and may be a Xet hash, which only a listing can tell.
  bool doubts_a_name() const { return doubts_a_name_; }

 private:
  LockChange change_of(LockChangeKind kind, std::string_view path = {}) const {
    return {.kind = kind,
            .repo = repo_.repo,
            .revision = repo_.entry->revision,
            .path = std::string(path)};
  }

  std::optional<std::string> why_not_there() const {
    switch (repo_.reach) {
      case EntryReach::reached:
      case EntryReach::repo_missing: return std::nullopt;
      case EntryReach::ref_missing: return "the cache has no such ref";
      case EntryReach::ref_malformed: return "the cache's ref: " + repo_.reach_detail;
      case EntryReach::ref_dangling:
        // A ref that names another commit says more than that this one is gone.
        if (ref_commit() && *ref_commit() != repo_.locked->commit) return std::nullopt;
        return "the cache has no snapshot of it";
      case EntryReach::snapshot_empty: return "the cache's snapshot of it is empty";
      case EntryReach::hidden: return "it cannot be looked into";
    }
    return std::nullopt;
  }

  std::optional<CommitId> ref_commit() const {
    return repo_.ref == nullptr ? std::nullopt : CommitId::parse(trimmed_ref(repo_.ref->text));
  }

  bool has_drifted() {
    const auto commit = ref_commit();
    if (!commit || *commit == repo_.locked->commit) return false;
    LockChange change = change_of(LockChangeKind::commit_moved);
    change.before.commit = repo_.locked->commit;
    change.after.commit = commit;
    changes_.push_back(std::move(change));
    return true;
  }

  void compare_file(const ListedFile& file) {
    LockedSide before{.size = file.size, .oid = file.oid};
    const auto at =
        std::ranges::lower_bound(repo_.snapshot->pointers, file.path, {}, &Pointer::path);
    const bool is_there = at != repo_.snapshot->pointers.end() && at->path == file.path;
    const Blob* blob = is_there ? repo_.folder->bytes_of(*at) : nullptr;
    if (blob == nullptr || at->state != PathState::sound || blob->state != PathState::sound) {
      LockChange change = change_of(LockChangeKind::file_removed, file.path);
      change.before = before;
      if (is_there) change.why = "the cache has the name and no such file behind it";
      changes_.push_back(std::move(change));
      return;
    }
    LockedSide after;
    if (blob->sized && blob->identity.size != file.size) after.size = blob->identity.size;
    if (const auto name = Digest::from_hex(blob->name); name && contradicts(*name, file)) {
      after.oid = name;
    }
    if (!after.size && !after.oid) return;
    LockChange change = change_of(LockChangeKind::file_changed, file.path);
    change.before = before;
    change.after = after;
    changes_.push_back(std::move(change));
  }

  bool contradicts(const Digest& name, const ListedFile& file) {
    if (name.algorithm() != file.oid.algorithm()) {
      return file.sha256 && name.algorithm() == DigestAlgorithm::sha256 && name != *file.sha256 &&
             !is_xet_hash(name, file.path);
    }
    return name != file.oid && !is_xet_hash(name, file.path);
  }

  bool is_xet_hash(const Digest& name, const std::string& path) {
    if (name.algorithm() != DigestAlgorithm::sha256) return false;
    doubts_a_name_ = true;
    return std::ranges::any_of(pairing_.listings, [&](const ReadListing& read) {
      if (read.folder != repo_.folder || !read.listing) return false;
      const ListedFile* listed = read.listing->find(path);
      return listed != nullptr && listed->xet_hash == name.hex();
    });
  }

  void find_new(const Pointer& pointer) {
    if (repo_.listing->find(pointer.path) != nullptr) return;
    const bool is_locked_absent = std::ranges::binary_search(repo_.locked->absent, pointer.path);
    if (!is_locked_absent && !may_be_loaded(pointer.path)) return;
    LockChange change = change_of(LockChangeKind::file_added, pointer.path);
    if (const Blob* blob = repo_.folder->bytes_of(pointer)) {
      if (blob->sized) change.after.size = blob->identity.size;
      change.after.oid = Digest::from_hex(blob->name);
    }
    change.why = is_locked_absent ? "the lock says that upstream has no such file" : "";
    changes_.push_back(std::move(change));
  }

  const RepoCase& repo_;  // all outlive the comparison
  const Pairing& pairing_;
  std::vector<LockChange>& changes_;
  bool doubts_a_name_ = false;
};

/// What the manifest's own words ask of a lock.
void compare_options(const ManifestEntry& entry, const LockedRepo& locked,
                     std::vector<LockChange>& changes) {
  for (const Absent& absent : absent_from_listing(entry, listing_of(locked))) {
    changes.push_back({.kind = LockChangeKind::file_added,
                       .repo = entry.repo,
                       .revision = entry.revision,
                       .path = absent.path,
                       .why = "the manifest asks for it"});
  }
}

/// Entries that manifest and lock both have are what the cache is held against.
std::vector<std::size_t> compare_manifest(const VerifyRequest& request, const LockFile* lock,
                                          LockComparison& made) {
  std::vector<std::size_t> shared;
  for (const std::size_t i : pair_request_of(request).selected) {
    const ManifestEntry& entry = request.manifest->entries[i];
    const LockedRepo* locked = lock == nullptr ? nullptr : lock->find(entry.repo, entry.revision);
    if (locked != nullptr) {
      shared.push_back(i);
      compare_options(entry, *locked, made.changes);
    } else if (entry.optional) {
      made.notes.push_back({entry.repo, entry.revision, "optional and not in the lock"});
    } else {
      made.changes.push_back({.kind = LockChangeKind::repo_added,
                              .repo = entry.repo,
                              .revision = entry.revision,
                              .why = fmt::format("line {} of the manifest", entry.line)});
    }
  }
  if (lock == nullptr || !request.selected.empty()) return shared;
  for (const LockedRepo& repo : lock->repos) {
    const bool is_wanted =
        std::ranges::any_of(request.manifest->entries, [&](const ManifestEntry& entry) {
          return entry.repo == repo.repo && entry.revision == repo.revision;
        });
    if (!is_wanted) {
      made.changes.push_back(repo_removed(repo, "the manifest does not name it"));
    }
  }
  return shared;
}

/// @return whether a second look, with listings, may take something back
bool compare_cache(const Verification& seen, LockComparison& made) {
  bool doubts = false;
  for (const RepoCase& repo : seen.pairing.cases) {
    if (repo.reach == EntryReach::repo_missing) {
      made.notes.push_back({repo.repo, repo.entry->revision, "not in this cache"});
      continue;
    }
    EntryComparison comparison(repo, seen.pairing, made.changes);
    comparison.compare();
    doubts = doubts || comparison.doubts_a_name();
  }
  return doubts;
}

}  // namespace

Result<LockComparison> compare_lock(const VerifyRequest& request, const LockFile* lock,
                                    const Disk& disk) {
  LockComparison made;
  VerifyRequest names = request;
  names.lock = lock;
  names.level = Level::layout;
  names.scope = Scope::manifest;
  names.selected = compare_manifest(request, lock, made);
  if (!names.selected.empty()) {
    Observer observer;
    const LockComparison before = made;
    for (const bool with_listings : {false, true}) {
      HUBWARD_TRY(const Verification seen,
                  verify_to_extent(names, {.sizes = true, .listings_beside_lock = with_listings},
                                   disk, observer, nullptr));
      made = before;
      if (!compare_cache(seen, made)) break;
    }
  }
  sort_changes(made.changes);
  return made;
}

}  // namespace hubward
