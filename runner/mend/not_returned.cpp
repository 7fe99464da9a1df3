#include "runner/mend/not_returned.h"

#include "runner/mend/beneath.h"
#include "verifier/cache/layout.h"

#include <set>
#include <utility>

namespace hubward {
namespace {

/// "models--gpt2/snapshots/<commit>/" of the entries that no listing and no lock vouches for.
std::set<std::string> assumed_snapshots(const Report& report) {
  std::set<std::string> snapshots;
  for (const RepoRow& row : report.repos) {
    if (row.basis != Basis::assumed || !row.commit) continue;
    snapshots.insert(folder_name(row.repo) + "/snapshots/" + row.commit->hex() + "/");
  }
  return snapshots;
}

bool is_there(const Disk& disk, const std::string& path) {
  const PathEnd end = path_end(path);
  const auto folder = disk.open_folder(end.folder);
  return folder && (*folder)->status(end.name).has_value();
}

}  // namespace

std::vector<std::string> not_returned(const Report& report, std::span<const QuarantineItem> taken,
                                      const Disk& disk) {
  const std::set<std::string> snapshots = assumed_snapshots(report);
  std::vector<std::string> lost;
  for (const QuarantineItem& item : taken) {
    // What should never have been there is not missed.
    if (text_of(item.code).remedy == Remedy::remove) continue;
    for (const std::string& snapshot : snapshots) {
      if (item.path.starts_with(snapshot) && !is_there(disk, item.path)) lost.push_back(item.path);
    }
  }
  return lost;
}

void add_missing(Report& report, const std::string& path) {
  for (RepoRow& row : report.repos) {
    if (!row.commit) continue;
    if (!path.starts_with(folder_name(row.repo) + "/snapshots/" + row.commit->hex() + "/"))
      continue;
    Finding finding =
        make_finding(row.optional ? FindingCode::optional_absent : FindingCode::file_missing, path);
    finding.repo = row.repo.qualified();
    finding.revision = row.revision.text();
    finding.commit = row.commit->hex();
    finding.detail = "it was set aside, and has not been downloaded again";
    report.findings.push_back(std::move(finding));
    if (row.verdict == Verdict::complete) row.verdict = Verdict::incomplete;
    const bool is_worse = !row.optional && report.verdict == Verdict::complete;
    if (is_worse) report.verdict = Verdict::incomplete;
  }
  sort_findings(report.findings);
  report.exit_code = exit_code_of(report.verdict);
}

}  // namespace hubward
