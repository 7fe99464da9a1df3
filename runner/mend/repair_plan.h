// What `repair` would do to a cache: a pure function from a report and from what the survey saw. It
// mends where the cache itself, its listing or the lock tells how, sets aside what is corrupt where
// nothing does, and guesses nothing. Bytes are not its business: a step that rests on some names
// them, and repair.h looks before it acts.
#pragma once

#include "runner/mend/quarantine_plan.h"
#include "verifier/checks/pairing.h"
#include <hubward/digest.h>
#include <hubward/finding.h>
#include <hubward/report.h>

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hubward {

enum class RepairDeed : unsigned char {
  take,     ///< set aside
  drop,     ///< set aside, if no process has it open: a leftover
  link,     ///< make it a link to `blob`, whose bytes must be those of `oid` where there is one
  adopt,    ///< a copy: make its bytes the blob of their name, unless that is there, and link to it
  ref,      ///< make it a ref that holds `commit`
  open_up,  ///< give its owner the permission to read it
};

std::string_view to_string(RepairDeed deed);

struct RepairStep {
  RepairDeed deed = RepairDeed::take;
  std::string path;                              ///< in the cache, raw bytes
  FindingCode code = FindingCode::blob_corrupt;  ///< why
  std::string blob;                              ///< link: in the cache
  std::optional<Digest> oid;       ///< link: of the blob; adopt: of the copy, where one is known
  std::string text;                ///< link: its text
  std::optional<CommitId> commit;  ///< ref
  std::string unless_held;         ///< drop: a lock file of hf-hub 0.x
  /// What cannot be mended is set aside, for it is corrupt.
  bool else_take = false;
};

enum class LinkPolicy : unsigned char {
  none,       ///< HF_HUB_DISABLE_SYMLINKS: what needs a link is not mended
  where_due,  ///< copies become links only in a cache whose snapshots have links
};

struct RepairView {
  const Report& report;
  const CacheModel& cache;
  const Pairing& pairing;
  /// Of the commits that entries lead to and that have no snapshot; by case.
  std::map<const RepoCase*, TreeListing> listings;
  std::vector<QuarantineItem> bad;  ///< plan_quarantine's
  LinkPolicy links = LinkPolicy::where_due;
};

/// Sorted by path but for refs, which come last: a ref that leads to a snapshot is written when the
/// snapshot is there. A path has one step.
std::vector<RepairStep> plan_repair(const RepairView& view);

/// The leftovers of killed downloads, for when the holes are filled: a download may go on with
/// them.
std::vector<RepairStep> plan_drops(const CacheModel& cache);

}  // namespace hubward
