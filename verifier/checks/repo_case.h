// One thing to judge: a manifest entry beside its lock part, listing and folder; or, under --all, a
// snapshot that no entry stands for.
#pragma once

#include "verifier/cache/cache_model.h"
#include "verifier/checks/requirement.h"
#include "verifier/proof/proof.h"
#include "verifier/proof/tree_listing.h"
#include <hubward/lock_file.h>
#include <hubward/manifest.h>
#include <hubward/report.h>
#include <hubward/verify.h>

#include <optional>
#include <string>
#include <vector>

namespace hubward {

/// How far an entry leads. Only `reached` has a snapshot to judge.
enum class EntryReach : std::uint8_t {
  repo_missing,
  ref_missing,
  ref_malformed,
  ref_dangling,
  snapshot_empty,
  hidden,  ///< behind something unreadable or hostile, which has its own finding
  reached,
};

/// A pointer whose bytes count, and what lock or listing say of them.
struct JudgedPointer {
  const Pointer* pointer;
  const ListedFile* listed;  ///< nullptr when nothing names it
};

/// All pointers are borrowed from the manifest, the lock, the listings and the cache model, which
/// outlive the cases.
struct RepoCase {
  RepoId repo;
  const ManifestEntry* entry = nullptr;  ///< nullptr: a snapshot that only --all looks at
  const LockedRepo* locked = nullptr;
  const RepoFolder* folder = nullptr;  ///< nullptr when there is none
  std::string revision;                ///< empty without entry
  const Ref* ref = nullptr;
  std::optional<CommitId> commit;  ///< the one judged
  const Snapshot* snapshot = nullptr;
  EntryReach reach = EntryReach::reached;
  std::string reach_detail;              ///< for the finding of `reach`; safe for eyes
  std::optional<Basis> basis;            ///< once reached
  const TreeListing* listing = nullptr;  ///< of lock or tree
  const TreeListing* tree = nullptr;     ///< the cache's own; under a lock it stands beside that
  std::vector<JudgedPointer> judged;
  std::vector<const ListedFile*> required;  ///< of lock and tree bases
  std::string other_owner;                  ///< a repo of the same name, when the folder is missing
  /// Only --all: the case stands for what no snapshot holds (refs, leftovers, these blobs).
  bool whole_folder = false;
  std::vector<const Blob*> orphans;  ///< blobs that no pointer of any snapshot leads to

  std::string path_of(const Pointer& pointer) const { return hubward::path_of(*snapshot, pointer); }
};

/// What every check may look at besides its case.
struct Judgement {
  const Proofs& proofs;
  Level level = Level::content;
  Basis require = Basis::assumed;
  Scope scope = Scope::manifest;
  CacheClient client = CacheClient::python;
  bool hf_home_set = false;
  bool for_run = false;
  /// Every file of an entry's snapshot is judged, so that all of them can be locked.
  bool whole_snapshots = false;
  /// The bytes of other shards are not known: what only all of them can say is left unsaid.
  bool is_shard = false;
};

}  // namespace hubward
