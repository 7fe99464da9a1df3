// Whether an entry leads to a snapshot at all. One cause, one finding: the first missing step ends
// the entry.
#include "verifier/cache/layout.h"
#include "verifier/checks/check.h"
#include "verifier/text/show.h"

namespace hubward {
namespace {

Finding finding_of_reach(const RepoCase& repo) {
  const std::string folder = folder_name(repo.repo);
  const std::string ref = folder + "/refs/" + repo.revision;
  switch (repo.reach) {
    case EntryReach::repo_missing: return make_finding(FindingCode::repo_missing, folder);
    case EntryReach::ref_missing: return make_finding(FindingCode::ref_missing, ref);
    case EntryReach::ref_malformed: return make_finding(FindingCode::ref_malformed, ref);
    case EntryReach::ref_dangling:
      return make_finding(FindingCode::ref_dangling,
                          repo.ref != nullptr ? ref : folder + "/snapshots/" + repo.commit->hex());
    case EntryReach::snapshot_empty:
      return make_finding(FindingCode::snapshot_empty, repo.snapshot->path);
    case EntryReach::hidden:
    case EntryReach::reached: break;
  }
  return make_finding(FindingCode::repo_missing, folder);
}

}  // namespace

void repo_reachable(const RepoCase& repo, const Judgement&, Findings& out) {
  if (repo.entry == nullptr || repo.reach == EntryReach::reached ||
      repo.reach == EntryReach::hidden) {
    return;
  }
  Finding finding = finding_of_reach(repo);
  if (!repo.reach_detail.empty()) finding.detail = repo.reach_detail;
  if (repo.reach == EntryReach::ref_malformed && repo.ref != nullptr &&
      repo.ref->state == PathState::sound && !repo.ref->too_long) {
    finding.actual = show(repo.ref->text, 200);
  }
  if (repo.reach == EntryReach::ref_dangling) {
    finding.expected = "snapshots/" + repo.commit->hex();
  }
  out.add(repo, std::move(finding));
}

}  // namespace hubward
