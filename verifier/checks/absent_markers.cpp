// A `.no_exist` marker says that the Hub has no such file, and huggingface_hub believes it before
// it looks at the snapshot (1.x, file_download.py, try_to_load_from_cache): a stale one hides a
// file that is there.
#include "verifier/checks/check.h"

#include <algorithm>

namespace hubward {

void absent_markers(const RepoCase& repo, const Judgement&, Findings& out) {
  if (repo.snapshot == nullptr) return;
  for (const Marker& marker : repo.folder->markers) {
    if (marker.commit != repo.snapshot->name) continue;
    const auto& pointers = repo.snapshot->pointers;
    const bool in_snapshot = std::ranges::binary_search(pointers, marker.file, {}, &Pointer::path);
    const bool in_lock = repo.listing != nullptr && repo.listing != repo.tree &&
                         repo.listing->find(marker.file) != nullptr;
    const bool in_tree = repo.tree != nullptr && repo.tree->find(marker.file) != nullptr;
    if (!in_snapshot && !in_lock && !in_tree) continue;
    Finding finding = make_finding(FindingCode::absent_marker_conflict, marker.path);
    finding.detail = in_snapshot ? "the snapshot has that file"
                     : in_lock   ? "the lock has that file"
                                 : "the listing has that file";
    out.add(repo, std::move(finding));
  }
}

}  // namespace hubward
