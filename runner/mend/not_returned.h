// What a download did not bring back.
//
// Where no listing says what a snapshot should hold, a file that went to quarantine leaves no
// trace: the cache would look complete without it, and the tests would fail offline for want of it.
#pragma once

#include "runner/mend/quarantine_plan.h"
#include "verifier/cache/disk.h"
#include <hubward/report.h>

#include <span>
#include <string>
#include <vector>

namespace hubward {

/// Paths of snapshots that were taken away, are still judged on the basis `assumed` by `report`,
/// and are not there. Sorted as `taken`.
std::vector<std::string> not_returned(const Report& report, std::span<const QuarantineItem> taken,
                                      const Disk& disk);

/// Tells in the report that such a path is missing, by a finding and by the verdicts.
void add_missing(Report& report, const std::string& path);

}  // namespace hubward
