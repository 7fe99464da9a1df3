// verify.cpp's whole way, for those who need more of it than the report: `lock` writes down what
// was proved.
#pragma once

#include "verifier/cache/cache_model.h"
#include "verifier/checks/pairing.h"
#include "verifier/proof/proof.h"
#include <hubward/verify.h>

namespace hubward {

/// How much is looked at beyond what a verdict needs.
struct VerifyExtent {
  /// Every file of an entry's snapshot, required or not; each then has a digest.
  bool whole_snapshots = false;
  bool sha256 = false;               ///< of every file that is read
  bool sizes = false;                ///< taken at level layout too
  bool listings_beside_lock = true;  ///< see PairRequest
  /// Only the bytes behind this repo path are read and judged; what else an entry needs is not
  /// looked at.
  std::optional<std::string> only_path = {};
};

/// Its parts point into each other: it may be moved, not copied. Borrows the request's manifest and
/// lock.
struct Verification {
  CacheModel cache;
  Pairing pairing;
  Proofs proofs;
  Report report;

  Verification() = default;
  Verification(Verification&&) = default;
  Verification& operator=(Verification&&) = default;
};

/// As verify (hubward/verify.h).
Result<Verification> verify_to_extent(const VerifyRequest& request, const VerifyExtent& extent,
                                      const Disk& disk, Observer& observer, ProofBook* book);

}  // namespace hubward
