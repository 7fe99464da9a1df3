// Under --all: what interrupted downloads, other tools and old revisions leave behind. Notes, for
// none of it makes a load fail; sizes in the detail, for it makes caches large.
#include "verifier/checks/check.h"
#include "verifier/checks/reach.h"
#include "verifier/text/units.h"

namespace hubward {
namespace {

FindingCode code_for(LeftoverKind kind) {
  switch (kind) {
    case LeftoverKind::partial: return FindingCode::partial_download;
    case LeftoverKind::lock_file: return FindingCode::stale_lock_file;
    case LeftoverKind::unexpected: return FindingCode::unexpected_entry;
  }
  return FindingCode::unexpected_entry;
}

Finding finding_of(const Leftover& leftover) {
  Finding finding = make_finding(code_for(leftover.kind), leftover.path);
  if (leftover.size > 0) finding.detail = format_size(leftover.size);
  return finding;
}

/// The bytes in the shared store may be another repo's too: what nobody needs is this repo's link.
Finding finding_of_orphan(const RepoCase& repo, const Blob& orphan, const Proofs& proofs) {
  if (orphan.shared) {
    return make_finding(FindingCode::orphan_blob,
                        repo.folder->path + "/blobs/" + std::string(orphan.name));
  }
  Finding finding = make_finding(FindingCode::orphan_blob, orphan.path);
  const std::uint64_t size = proofs.size_of(orphan);
  if (size > 0) finding.detail = format_size(size);
  return finding;
}

void judge_orphans(const RepoCase& repo, const Proofs& proofs, Findings& out) {
  // Which blobs nobody needs is not known where a part of the snapshots is hidden.
  if (hides_part_of(*repo.folder, repo.folder->path + "/snapshots")) return;
  for (const Blob* orphan : repo.orphans) {
    if (orphan->state == PathState::sound) out.add(repo, finding_of_orphan(repo, *orphan, proofs));
  }
}

void judge_snapshots(const RepoCase& repo, Findings& out) {
  for (const Snapshot& snapshot : repo.folder->snapshots) {
    if (!CommitId::parse(snapshot.name)) {
      out.add(repo, make_finding(FindingCode::snapshot_name, snapshot.path));
    }
    if (snapshot.state == PathState::sound && snapshot.pointers.empty() &&
        !hides_part_of(*repo.folder, snapshot.path)) {
      Finding finding = make_finding(FindingCode::snapshot_empty, snapshot.path);
      finding.finding_class = FindingClass::note;
      out.add(repo, std::move(finding));
    }
  }
}

}  // namespace

void leftovers(const RepoCase& repo, const Judgement& judgement, Findings& out) {
  if (!repo.whole_folder) return;
  for (const Leftover& leftover : repo.folder->leftovers) out.add(repo, finding_of(leftover));
  for (const std::string& path : repo.folder->colliding) {
    out.add(repo, make_finding(FindingCode::case_collision, path));
  }
  judge_orphans(repo, judgement.proofs, out);
  judge_snapshots(repo, out);
}

void root_entries(const CacheModel& cache, Scope scope, Findings& out) {
  for (const OddNode& node : cache.odd_nodes) out.add(finding_of(node));
  if (scope != Scope::all) return;
  for (const Leftover& leftover : cache.leftovers) out.add(finding_of(leftover));
  for (const std::string& path : cache.colliding) {
    out.add(make_finding(FindingCode::case_collision, path));
  }
}

}  // namespace hubward
