// What of a cache neither manifest nor lock needs, and in which order it may go.
//
// Kept is what the entries require of their snapshots, the refs, markers and listings that make a
// client find it, and every blob that vouches for a copied file. Whatever an entry does not lead to
// the end of, or a folder that cannot be looked into, is left alone as a whole: nothing is deleted
// on a guess. What no client has written is not ours to delete.
//
// The order is such that a kill at any instant leaves the needed part whole, and of the rest
// nothing that names what is gone: refs before snapshots, pointers before blobs, links before the
// payloads that repos share.
#pragma once

#include "verifier/cache/cache_model.h"
#include "verifier/cache/disk.h"
#include "verifier/checks/pairing.h"
#include <hubward/lock_file.h>
#include <hubward/result.h>
#include <hubward/verify.h>

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace hubward {

/// In this order.
enum class PrunePhase : std::uint8_t {
  ref,
  pointer,  ///< a snapshot, or a path in one that stays
  marker,
  listing,
  leftover,
  blob,  ///< under the clients' lock of its name
  payload,
  repo,  ///< what is left of a repo folder that goes
};

struct PruneStep {
  PrunePhase phase;
  std::string path;  ///< in the cache, raw bytes; a file, a link, or a folder with all below it

  friend bool operator==(const PruneStep&, const PruneStep&) = default;
};

/// What a person is told: one line.
struct PruneItem {
  std::string path;
  std::string why;          ///< a few words
  std::uint64_t bytes = 0;  ///< that its deletion frees
};

struct PrunePlan {
  std::vector<PruneItem> items;     ///< sorted by path
  std::vector<PruneStep> steps;     ///< by phase, then path
  std::set<std::string> repos;      ///< folders that a step concerns
  std::vector<std::string> spared;  ///< lines about what is left alone, and why
  std::uint64_t bytes() const;
};

/// All that a plan is made from. Pairs without a manifest need nothing, so there must be one.
struct PruneGround {
  CacheModel cache;
  Pairing pairing;  ///< borrows from `cache`
  /// For each case that is an entry's: shards that a weight index it requires names.
  std::map<const RepoCase*, std::set<std::string>> shards;
  /// Files of the shared store, paths from the cache, with their sizes.
  std::map<std::string, std::uint64_t> store;
};

/// Reads names, sizes, listings and weight indexes; hashes nothing.
/// Errors: as verify.
Result<std::unique_ptr<PruneGround>> survey_for_prune(const VerifyRequest& request,
                                                      const Disk& disk);

/// Pure.
/// @param lock  its repos stay, also those that the manifest does not name; may be nullptr
PrunePlan plan_prune(const PruneGround& ground, const LockFile* lock);

}  // namespace hubward
