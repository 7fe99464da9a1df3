// What a shard's report carries for `merge`, besides what every report says.
#pragma once

#include "verifier/checks/findings.h"
#include "verifier/checks/pairing.h"
#include "verifier/checks/repo_case.h"
#include "verifier/proof/proof.h"
#include <hubward/shard.h>
#include <hubward/verify.h>

namespace hubward {

struct ShardView {
  const VerifyRequest& request;  ///< of a shard
  const CacheModel& cache;
  const Pairing& pairing;
  const Judgement& judgement;
  const Findings& findings;  ///< all of them, none forgiven yet
};

ShardPart shard_part_of(const ShardView& view);

}  // namespace hubward
