// What `fetch --plan` prints: files, bytes, and what it will cost of the Hub's windows. Pure.
#pragma once

#include "runner/fetch/fetch_plan.h"
#include <hubward/manifest.h>
#include <hubward/repo_id.h>
#include <hubward/report.h>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace hubward {

struct PlannedEntry {
  const ManifestEntry* entry = nullptr;  ///< borrowed
  const EntryPlan* plan = nullptr;       ///< borrowed
  CommitId commit;
  bool writes_ref = false;  ///< the entry's ref is not there, or says something else
};

/// @param api_requests  that were made to know all this, and would be made again
std::vector<std::string> plan_lines(std::span<const PlannedEntry> entries,
                                    std::uint64_t api_requests);

/// The same for programs, one for each file and ref.
std::vector<Action> planned_actions(std::span<const PlannedEntry> entries);

/// "org/name: 4.2 GB without any option; profile:tokenizer asks for no weights".
std::string large_entry_line(const ManifestEntry& entry, std::uint64_t bytes);

}  // namespace hubward
