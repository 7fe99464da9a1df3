// Puts what is wanted beside what is there.
#pragma once

#include "verifier/cache/real_folders.h"
#include "verifier/checks/repo_case.h"

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

/// Reads the listings that matter through `folders`; judges nothing. All of `request` and `cache`
/// are borrowed by the result.
Pairing pair_up(const PairRequest& request, const CacheModel& cache, RealFolders& folders);

}  // namespace hubward
