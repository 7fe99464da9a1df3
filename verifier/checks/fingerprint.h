// What shards have to see alike for their reports to be about one cache: names, kinds, sizes and
// link texts of all that was looked at, refs, what listings and indexes say, and which files are
// hashed as one. Times, inodes and the folder that the cache lies in are left out: each shard may
// have a copy of its own, or the same file system at another place.
#pragma once

#include "verifier/cache/cache_model.h"
#include "verifier/checks/pairing.h"
#include "verifier/proof/proof.h"
#include <hubward/verify.h>

namespace hubward {

Digest fingerprint_of(const CacheModel& cache, const Pairing& pairing, const Proofs& proofs);
/// Of the entries with their options and lines, in the manifest's order.
Digest fingerprint_of(const Manifest& manifest);
Digest fingerprint_of(const LockFile& lock);
/// Of what else decides how a cache is judged and no report says.
Digest fingerprint_of(const VerifyRequest& request);

}  // namespace hubward
