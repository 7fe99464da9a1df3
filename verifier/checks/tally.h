// From judged cases to the report: verdicts, rows and totals.
#pragma once

#include "verifier/checks/findings.h"
#include "verifier/checks/pairing.h"
#include <hubward/report.h>
#include <hubward/verify.h>

namespace hubward {

/// Fills everything of a Report but its exit code's place in a process and the time it took.
Report tally(const VerifyRequest& request, const CacheModel& cache, const Pairing& pairing,
             const Proofs& proofs, Findings findings);

}  // namespace hubward
