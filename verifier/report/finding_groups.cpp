#include "verifier/report/finding_groups.h"

#include <algorithm>
#include <map>
#include <string>
#include <tuple>
#include <utility>

namespace hubward {
namespace {

using EntryKey = std::pair<std::string, std::string>;

void add_to(std::vector<FindingGroup>& groups, const Finding& finding) {
  const auto same = [&finding](const FindingGroup& group) {
    return group.code == finding.code && group.finding_class == finding.finding_class;
  };
  const auto found = std::find_if(groups.begin(), groups.end(), same);
  if (found != groups.end()) {
    found->places.push_back(&finding);
    return;
  }
  groups.push_back(FindingGroup{finding.code, finding.finding_class, {&finding}});
}

}  // namespace

GroupedFindings group_findings(const Report& report) {
  std::map<EntryKey, std::size_t> row_of_entry;
  std::map<std::string, std::size_t> first_row_of_repo;
  for (std::size_t index = 0; index < report.repos.size(); ++index) {
    const RepoRow& row = report.repos[index];
    row_of_entry.emplace(EntryKey(row.repo.qualified(), row.revision.text()), index);
    first_row_of_repo.emplace(row.repo.qualified(), index);
  }
  GroupedFindings grouped;
  grouped.of_entry.resize(report.repos.size());
  for (const Finding& finding : report.findings) {
    const auto entry = row_of_entry.find(EntryKey(finding.repo, finding.revision));
    // What concerns a whole repo folder is said once, at its first entry.
    const auto repo =
        finding.revision.empty() ? first_row_of_repo.find(finding.repo) : first_row_of_repo.end();
    if (entry != row_of_entry.end()) {
      add_to(grouped.of_entry[entry->second], finding);
    } else if (repo != first_row_of_repo.end()) {
      add_to(grouped.of_entry[repo->second], finding);
    } else {
      add_to(grouped.elsewhere, finding);
    }
  }
  return grouped;
}

}  // namespace hubward
