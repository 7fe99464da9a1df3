// What `repair` tells people and machines of what it does, or would do.
#pragma once

#include "runner/mend/playback.h"
#include "runner/mend/repair.h"
#include <hubward/report.h>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hubward {

/// Of one that could not be done, `what` is "left".
Action action_of(const RepairOutcome& outcome);
/// Of one that would be done: `what` is "plan".
Action planned_action(const RepairStep& step);

/// What was done, where the originals lie, how to take it back. Empty when nothing was.
/// @param directory  the session's; empty: there is none
/// @param flags      say where to look for it, see place_flags_of
std::string deeds_text(std::span<const RepairOutcome> outcomes, const std::string& directory,
                       const std::string& flags, bool is_verbose);

struct PlannedStep {
  RepairStep step;
  std::uint64_t bytes = 0;  ///< of what would go to the quarantine
};
std::string plan_text(std::span<const PlannedStep> steps, const std::string& home, bool is_verbose);

/// What an undo has put back, or with --dry-run would: how many, and the first of them.
/// @param head  "put back: " and the like
std::string undo_text(std::string_view head, std::span<const std::string> rows, bool is_verbose);

/// Lines about what stays as it is.
std::string kept_text(std::span<const Kept> kept);

}  // namespace hubward
