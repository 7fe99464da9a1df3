// Whether a cache is fit to be saved: `verify --all`, and everything beneath the paths that would
// go into the archive. Reads only.
#pragma once

#include "verifier/cache/saved_tree.h"
#include "verifier/checks/gate.h"
#include <hubward/report.h>
#include <hubward/result.h>
#include <hubward/verify.h>

#include <string>
#include <vector>

namespace hubward {

struct GateRequest {
  VerifyRequest verify;             ///< with Scope::all and Level::content
  std::vector<std::string> saving;  ///< absolute paths that exist; empty: the cache alone
  GateLimits limits;
};

/// @param disk      borrowed; the cache's
/// @param disk_at   for the saved paths, which may lie outside the cache
/// @return the verification's report with the findings of the gate added: its verdict is complete
///         when the cache is fit. Its exit_code is set
/// Errors: as verify.
Result<Report> gate(const GateRequest& request, const Disk& disk, const DiskAt& disk_at,
                    Observer& observer, ProofBook* book);

}  // namespace hubward
