// Listings that cannot be a basis: no client would use them, they fail their own check, or the lock
// says otherwise. A path in one that leaves the snapshot is hostile, whoever would use it.
#include "verifier/checks/check.h"
#include "verifier/proof/hasher.h"
#include "verifier/text/show.h"

namespace hubward {
namespace {

/// Two oids of different algorithms say nothing of each other, but for the id of the LFS pointer.
bool names_other_bytes(const ListedFile& listed, const ListedFile& locked) {
  if (listed.oid.algorithm() == locked.oid.algorithm()) return listed.oid != locked.oid;
  if (listed.oid.algorithm() == DigestAlgorithm::sha256) {
    return locked.sha256 && listed.oid != *locked.sha256;
  }
  return listed.oid ==
         digest_of(DigestAlgorithm::git_sha1, lfs_pointer_text(locked.oid, locked.size));
}

/// Why the cache's own listing is not to be believed; nullopt: it says what the lock says.
std::optional<std::string> contradiction(const TreeListing& tree, const TreeListing& lock) {
  for (const ListedFile& locked : lock.files) {
    const ListedFile* listed = tree.find(locked.path);
    if (listed == nullptr) return "it lacks " + show(locked.path, 200) + ", which the lock has";
    if (listed->size != locked.size || names_other_bytes(*listed, locked)) {
      return "the lock says otherwise of " + show(locked.path, 200);
    }
  }
  return std::nullopt;
}

void judge_against_lock(const RepoCase& repo, Findings& out) {
  if (repo.locked == nullptr || repo.tree == nullptr || repo.listing == nullptr) return;
  auto why = contradiction(*repo.tree, *repo.listing);
  if (!why) return;
  const ListingFile* file = repo.folder->listing(repo.commit->hex());
  Finding finding = make_finding(FindingCode::listing_malformed, file->path);
  finding.detail = std::move(why);
  out.add(repo, std::move(finding));
}

}  // namespace

void listing_files(const Pairing& pairing, Findings& out) {
  for (const RepoCase& repo : pairing.cases) judge_against_lock(repo, out);
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
