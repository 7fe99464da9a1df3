// What an entry needs of a repo: pure functions of its options and of path lists. Two bases differ
// in what they can know. With a listing (lock or tree) the needed files are named; without one
// (assumed) only a minimum can be asked of what is there.
#pragma once

#include "verifier/asked/profile.h"
#include "verifier/proof/tree_listing.h"
#include "verifier/proof/weight_index.h"
#include <hubward/manifest.h>

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hubward {

/// A path that is required and not there.
struct Absent {
  std::string path;  ///< inside the snapshot; a pattern where nothing more exact is known
  std::string hint;  ///< why it is required or how not to require it; may be empty
  bool named_by_index = false;
};

/// Whether a `not:` pattern of the entry takes the path out of all requirements.
bool is_excluded(const ManifestEntry& entry, std::string_view path);

/// The files of a listing that the entry requires, in the listing's order. Borrowed from it.
std::vector<const ListedFile*> required_of(const ManifestEntry& entry, const TreeListing& listing);

/// What the entry's options name that the listing does not have.
std::vector<Absent> absent_from_listing(const ManifestEntry& entry, const TreeListing& listing);

/// Sound indexes of a snapshot: path of the index -> what it names.
using WeightIndexes = std::map<std::string, WeightIndex, std::less<>>;

/// The minimum of the assumed basis: what must be there and is not.
/// @param present  all paths of the snapshot, sorted
std::vector<Absent> absent_by_assumption(const ManifestEntry& entry,
                                         std::span<const std::string_view> present,
                                         const WeightIndexes& indexes);

/// Shards that a required index names and the snapshot lacks (lock and tree bases).
/// @param required  paths the entry requires, sorted
std::vector<Absent> absent_shards(const ManifestEntry& entry,
                                  std::span<const std::string_view> required,
                                  std::span<const std::string_view> present,
                                  const WeightIndexes& indexes);

}  // namespace hubward
