#include "verifier/lock.h"

#include "verifier/asked/lock_text.h"
#include "verifier/checks/requirement.h"
#include "verifier/report/counted.h"
#include "verifier/text/show.h"
#include "verifier/verify_way.h"

#include <fmt/core.h>

#include <algorithm>

namespace hubward {
namespace {

bool has_sha256(const LockFile* lock) {
  return lock != nullptr && std::ranges::any_of(lock->repos, [](const LockedRepo& repo) {
           return std::ranges::any_of(repo.files,
                                      [](const LockedFile& file) { return bool(file.sha256); });
         });
}

/// From one proved entry to its part of the lock.
class EntryDraft {
 public:
  /// @param before  what the present lock says of it; nullptr: nothing
  /// @param moves  whether what the cache lacks leaves the lock
  EntryDraft(const RepoCase& repo, const LockedRepo* before, const Proofs& proofs, bool sha256,
             bool moves)
      : repo_(repo), before_(before), proofs_(proofs), sha256_(sha256), moves_(moves) {}

  LockedRepo locked(std::vector<std::string>& unlockable) const {
    LockedRepo made{.repo = repo_.repo, .revision = repo_.entry->revision, .commit = *repo_.commit};
    for (const JudgedPointer& judged : repo_.judged) {
      if (auto file = locked_file(judged, unlockable)) made.files.push_back(std::move(*file));
    }
    if (!moves_) keep_excluded(made);
    made.absent = absent(made);
    return made;
  }

 private:
  /// What a `not:` excludes the cache may lack, and the lock vouches for it all the same.
  void keep_excluded(LockedRepo& made) const {
    if (before_ == nullptr || before_->commit != made.commit) return;
    for (const LockedFile& file : before_->files) {
      if (!is_excluded(*repo_.entry, file.path)) continue;
      const auto at = std::ranges::lower_bound(made.files, file.path, {}, &LockedFile::path);
      if (at == made.files.end() || at->path != file.path) made.files.insert(at, file);
    }
  }

  std::optional<LockedFile> locked_file(const JudgedPointer& judged,
                                        std::vector<std::string>& unlockable) const {
    const auto refuse = [&](const std::string& why) {
      unlockable.push_back(fmt::format("{} {}", show(repo_.path_of(*judged.pointer)), why));
      return std::nullopt;
    };
    if (const auto fault = fault_of_locked_path(judged.pointer->path)) return refuse(*fault);
    const Blob* blob = repo_.folder->bytes_of(*judged.pointer);
    const Proof* proof = blob == nullptr ? nullptr : proofs_.of(*blob);
    if (proof == nullptr || proof->state != ProofState::read) return refuse("could not be read");
    const auto oid = oid_of(judged, *blob, *proof);
    if (!oid) return refuse("has no digest");
    LockedFile file{
        .path = std::string(judged.pointer->path), .size = proofs_.size_of(*blob), .oid = *oid};
    if (judged.listed != nullptr) file.sha256 = judged.listed->sha256;
    if (sha256_) file.sha256 = proof->sha256;
    return file;
  }

  static std::optional<Digest> oid_of(const JudgedPointer& judged, const Blob& blob,
                                      const Proof& proof) {
    if (judged.listed != nullptr) return judged.listed->oid;
    const auto name = Digest::from_hex(blob.name);
    return name && proof.matches(*name) ? name : proof.sha256;
  }

  /// What the lock had of this commit, and what the clients found absent since.
  std::vector<std::string> absent(const LockedRepo& made) const {
    std::vector<std::string> paths;
    if (before_ != nullptr && before_->commit == made.commit) paths = before_->absent;
    for (const Marker& marker : repo_.folder->markers) {
      if (marker.commit == repo_.snapshot->name && !fault_of_locked_path(marker.file)) {
        paths.push_back(marker.file);
      }
    }
    std::ranges::sort(paths);
    paths.erase(std::unique(paths.begin(), paths.end()), paths.end());
    std::erase_if(paths, [&](const std::string& path) {
      return std::ranges::binary_search(made.files, path, {}, &LockedFile::path);
    });
    return paths;
  }

  const RepoCase& repo_;  // all outlive the draft
  const LockedRepo* before_;
  const Proofs& proofs_;
  bool sha256_;
  bool moves_;
};

/// Paths that only one of two sorted lists has, as ", - a, + b".
std::string differing(const std::vector<std::string>& before, const std::vector<std::string>& now) {
  std::string words;
  const auto add = [&](const char* sign, const auto& from, const auto& to) {
    for (const std::string& path : from) {
      if (std::ranges::find(to, path) != to.end()) continue;
      words += fmt::format("{}{} {}", words.empty() ? "" : ", ", sign, show(path, 200));
    }
  };
  add("-", before, now);
  add("+", now, before);
  return words;
}

/// What pins nothing and is written all the same.
void note_the_rest(const LockedRepo& before, const LockedRepo& now, std::vector<LockNote>& notes) {
  std::size_t files = 0;
  for (const LockedFile& file : now.files) {
    const auto old = std::ranges::find(before.files, file.path, &LockedFile::path);
    const bool is_same = old != before.files.end() && old->oid == file.oid;
    if (is_same && old->sha256 != file.sha256) ++files;
  }
  const auto add = [&](std::string what) {
    notes.push_back({now.repo, now.revision, std::move(what)});
  };
  if (files > 0) add("sha256 beside the oid of " + counted(files, "file", "files"));
  const std::string absent = differing(before.absent, now.absent);
  if (!absent.empty()) add("absent upstream: " + absent);
}

/// An optional entry that the cache lacks, or has in part.
bool is_left_out(const RepoCase& repo, const Report& report) {
  if (!repo.entry->optional) return false;
  if (repo.reach != EntryReach::reached) return true;
  return std::ranges::any_of(report.findings, [&](const Finding& finding) {
    return finding.code == FindingCode::optional_absent && finding.repo == repo.repo.qualified() &&
           finding.revision == repo.revision;
  });
}

bool is_selected(const VerifyRequest& request, std::size_t entry) {
  return request.selected.empty() ||
         std::ranges::find(request.selected, entry) != request.selected.end();
}

/// Entries that this call is not about stay as they are; those that the manifest has no more leave
/// when all of it is locked.
void keep_the_others(const LockRequest& request, LockFile& lock) {
  if (request.present == nullptr || request.verify.selected.empty()) return;
  const auto& entries = request.verify.manifest->entries;
  for (const LockedRepo& repo : request.present->repos) {
    const auto entry = std::ranges::find_if(entries, [&](const ManifestEntry& wanted) {
      return wanted.repo == repo.repo && wanted.revision == repo.revision;
    });
    const auto at = static_cast<std::size_t>(entry - entries.begin());
    if (entry == entries.end() || !is_selected(request.verify, at)) lock.repos.push_back(repo);
  }
}

void add_entry(const LockRequest& request, const Verification& made, const RepoCase& repo,
               bool sha256, LockDraft& draft) {
  const LockedRepo* before =
      request.present == nullptr ? nullptr : request.present->find(repo.repo, repo.entry->revision);
  if (!is_left_out(repo, draft.report)) {
    draft.lock->repos.push_back(
        EntryDraft(repo, before, made.proofs, sha256, request.moves_pins).locked(draft.unlockable));
    return;
  }
  if (before != nullptr) draft.lock->repos.push_back(*before);
  draft.notes.push_back({repo.repo, repo.entry->revision,
                         before != nullptr
                             ? "optional and not whole in the cache; its entry stays as it is"
                             : "optional and not whole in the cache; left out"});
}

}  // namespace

Result<LockDraft> draft_lock(const LockRequest& request, const Disk& disk, Observer& observer) {
  VerifyRequest verify = request.verify;
  verify.lock = request.moves_pins ? nullptr : request.present;
  verify.level = Level::content;
  verify.scope = Scope::manifest;
  // What is to be written cannot be required.
  verify.require = std::min(verify.require, Basis::tree);
  const bool sha256 = request.sha256 || has_sha256(request.present);
  HUBWARD_TRY(const Verification made,
              verify_to_extent(verify, {.whole_snapshots = true, .sha256 = sha256}, disk, observer,
                               nullptr));
  LockDraft draft{.report = made.report};
  if (draft.report.verdict != Verdict::complete) return draft;

  draft.lock = LockFile{.path = request.present == nullptr ? "" : request.present->path};
  for (const RepoCase& repo : made.pairing.cases) add_entry(request, made, repo, sha256, draft);
  if (!draft.unlockable.empty()) {
    draft.lock.reset();
    return draft;
  }
  keep_the_others(request, *draft.lock);
  sort_lock(*draft.lock);
  const LockFile* before = request.present != nullptr ? request.present : request.shown_against;
  draft.changes = changes_between(before == nullptr ? LockFile() : *before, *draft.lock);
  if (before != nullptr) {
    for (const LockedRepo& repo : draft.lock->repos) {
      const LockedRepo* old = before->find(repo.repo, repo.revision);
      if (old != nullptr && old->commit == repo.commit) note_the_rest(*old, repo, draft.notes);
    }
  }
  for (LockChange& change : draft.changes) {
    if (change.kind == LockChangeKind::repo_removed) change.why = "the manifest no longer names it";
  }
  return draft;
}

}  // namespace hubward
