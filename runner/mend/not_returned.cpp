#include "runner/mend/not_returned.h"

#include "runner/mend/beneath.h"
#include "verifier/cache/layout.h"

#include <set>

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

}  // namespace hubward
