// Listings that cannot be a basis: no client would use them, or they fail their own check. A path
// in one that leaves the snapshot is hostile, whoever would use it.
#include "verifier/checks/check.h"

namespace hubward {

void listing_files(const Pairing& pairing, Findings& out) {
  for (const ReadListing& read : pairing.listings) {
    if (read.listing) continue;
    Finding finding = make_finding(
        read.fault.hostile ? FindingCode::name_hostile : FindingCode::listing_malformed,
        read.file->path);
    finding.detail = read.fault.why;
    finding.commit = read.file->commit;
    bool said = false;
    for (const RepoCase& repo : pairing.cases) {
      if (repo.folder != read.folder || !repo.commit || repo.commit->hex() != read.file->commit) {
        continue;
      }
      out.add(repo, finding);
      said = true;
    }
    if (said) continue;
    finding.repo = read.folder->repo.qualified();
    out.add(std::move(finding));
  }
}

}  // namespace hubward
