// Puts what is wanted beside what is there.
#pragma once

#include "verifier/cache/real_folders.h"
#include "verifier/cache/survey.h"
#include "verifier/checks/repo_case.h"
#include <hubward/verify.h>

#include <deque>
#include <map>
#include <string>
#include <vector>

namespace hubward {

/// A trees/<commit>.json, read.
struct ReadListing {
  const RepoFolder* folder;
  const ListingFile* file;
  std::optional<TreeListing> listing;
  ListingFault fault;  ///< when there is no listing
};

struct Pairing {
  /// Entries in manifest order, then what only --all looks at. A deque: findings point at its
  /// elements.
  std::deque<RepoCase> cases;
  std::deque<TreeListing> locked_listings;  ///< lock parts in the shape of listings
  std::deque<ReadListing> listings;
};

struct PairRequest {
  const Manifest* manifest = nullptr;
  const LockFile* lock = nullptr;
  std::vector<std::size_t> selected;  ///< indexes of entries
  Scope scope = Scope::manifest;
  /// Every pointer of an entry's snapshot is judged, required or not.
  bool whole_snapshots = false;
  /// A cache's own listings are read also where a lock stands, to be held against it.
  bool listings_beside_lock = true;
};

/// Of a verification: the entries that it selects, all of them where it selects none. Borrows its
/// manifest and lock.
PairRequest pair_request_of(const VerifyRequest& request);
/// What of the cache has to be looked at for them.
SurveyRequest survey_request_of(const VerifyRequest& request, const PairRequest& wanted);

/// A lock's part in the shape of a listing.
TreeListing listing_of(const LockedRepo& locked);
/// Whatever is wrong with it is its fault. Borrows folder and file.
ReadListing read_listing(const RepoFolder& folder, const ListingFile& file, RealFolders& folders);

/// Reads the listings that matter through `folders`; judges nothing. All of `request` and `cache`
/// are borrowed by the result.
Pairing pair_up(const PairRequest& request, const CacheModel& cache, RealFolders& folders);

}  // namespace hubward
