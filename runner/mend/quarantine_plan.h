// What has to leave the cache before it can be filled anew.
//
// No client replaces a bad file on its own: Python links a blob that has the right name without
// looking into it, hf-hub 0.x returns what a pointer leads to, and resumes a `.part` blindly. So
// whatever is proven bad must be out of their way, and nothing else may be: links that dangle
// afterwards are left, because they keep saying that something is missing, and the new blob of the
// same name makes them good again.
#pragma once

#include "verifier/cache/disk.h"
#include <hubward/finding.h>
#include <hubward/report.h>

#include <span>
#include <string>
#include <vector>

namespace hubward {

struct QuarantineItem {
  std::string path;                              ///< in the cache, raw bytes
  FindingCode code = FindingCode::blob_corrupt;  ///< why; of the blob for what goes with a blob
  /// Left by hf-hub 0.x beside a bad blob: goes only when nobody holds the lock file named here.
  std::string unless_held;
};

/// Sorted by path, none beneath another, none twice. Links of every repo to a bad payload of the
/// shared store are among them, or Python would link it again.
/// @param disk   borrowed; only names and link texts are read
/// @param whose  corrupt, or hostile where the user has said so; other classes lose nothing
std::vector<QuarantineItem> plan_quarantine(const Report& report, const Disk& disk,
                                            FindingClass whose);

}  // namespace hubward
