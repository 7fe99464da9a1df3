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
    case Reach::repo_missing: return make_finding(FindingCode::repo_missing, folder);
    case Reach::ref_missing: return make_finding(FindingCode::ref_missing, ref);
    case Reach::ref_malformed: return make_finding(FindingCode::ref_malformed, ref);
    case Reach::ref_dangling:
      return make_finding(FindingCode::ref_dangling,
                          repo.ref != nullptr ? ref : folder + "/snapshots/" + repo.commit->hex());
    case Reach::snapshot_empty:
      return make_finding(FindingCode::snapshot_empty, repo.snapshot->path);
    case Reach::hidden:
    case Reach::reached: break;
  }
  return make_finding(FindingCode::repo_missing, folder);
}

}  // namespace

void repo_reachable(const RepoCase& repo, const Judgement&, Findings& out) {
  if (repo.entry == nullptr || repo.reach == Reach::reached || repo.reach == Reach::hidden) return;
  Finding finding = finding_of_reach(repo);
  if (!repo.reach_detail.empty()) finding.detail = repo.reach_detail;
  if (repo.reach == Reach::ref_malformed && repo.ref != nullptr &&
      repo.ref->state == PathState::sound && !repo.ref->too_long) {
    finding.actual = show(repo.ref->text, 200);
  }
  if (repo.reach == Reach::ref_dangling) {
    finding.expected = "snapshots/" + repo.commit->hex();
  }
  out.add(repo, std::move(finding));
}

}  // namespace hubward
