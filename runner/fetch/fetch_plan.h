// What has to be fetched: a pure function of what an entry asks for, what the commit lists, and
// what the cache has. Nothing is asked of the Hub and nothing is written here.
#pragma once

#include "verifier/checks/requirement.h"
#include "verifier/proof/tree_listing.h"
#include <hubward/lock_file.h>
#include <hubward/manifest.h>

#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace hubward {

/// What a repo's folder has of one commit, by names alone: bytes are the verifier's business, who
/// has looked before and will look again.
struct Presence {
  std::set<std::string, std::less<>>
      sound_paths;                           ///< of the snapshot: lead to bytes that are there
  std::set<std::string, std::less<>> blobs;  ///< names in blobs/ behind which there are bytes
};

enum class Deed : unsigned char {
  link,      ///< the blob is there, and is hashed before it is believed
  download,  ///< it is not
};

struct PlannedFile {
  std::string path;
  Digest oid;
  std::uint64_t size = 0;  ///< bytes
  Deed deed = Deed::download;
};

struct EntryPlan {
  std::vector<PlannedFile> files;  ///< what is missing, sorted by path
  std::vector<Absent> absent;      ///< asked for, and in no listing
  std::uint64_t required = 0;      ///< files that the entry requires, missing or not
};

/// @param locked   the entry's part of the lock; nullptr: none. Else its files are required,
/// but for those that a `not:` excludes.
/// @param listing  of the commit; not looked at under a lock
EntryPlan plan_entry(const ManifestEntry& entry, const LockedRepo* locked,
                     const TreeListing& listing, const Presence& presence);

struct PlanTotals {
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;  ///< to be downloaded, each blob once
  std::uint64_t downloads = 0;
};
PlanTotals totals_of(std::span<const EntryPlan> plans);

/// Above that a line without options is listed with a hint before the first byte.
inline constexpr std::uint64_t kLargeEntry = 2'000'000'000;
bool is_unmarked(const ManifestEntry& entry);

}  // namespace hubward
