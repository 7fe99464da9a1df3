// The files that `run` leaves for others: the JSON report and what GitHub Actions reads. None of
// them may cost the tests their result: what cannot be written is a warning.
#pragma once

#include "runner/launch/mode.h"
#include <hubward/report.h>
#include <hubward/result.h>

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hubward {

/// Whether a report may be written there more than once: a pipe or a terminal gets only the last.
bool is_rewritable(const std::string& path);

struct StepFacts {
  Mode mode = Mode::refuse;
  ModeReason reason = ModeReason::incomplete;
  std::string_view why;  ///< one sentence, safe for eyes
};

/// Appends to GITHUB_OUTPUT and GITHUB_STEP_SUMMARY where these are set and GITHUB_ACTIONS is
/// "true". No token is in what they get.
/// @return what could not be written, a sentence each
std::vector<std::string> write_step_files(std::span<const std::string> environment,
                                          std::span<const std::string> tokens, const Report& report,
                                          const StepFacts& facts);

/// What a guard saw, below what stands in the summary.
struct StepGuard {
  std::string heading;             ///< safe for eyes
  std::vector<std::string> lines;  ///< the same
};

/// Appends it to GITHUB_STEP_SUMMARY on the same conditions.
std::vector<std::string> write_guard_summary(std::span<const std::string> environment,
                                             std::span<const std::string> tokens,
                                             const StepGuard& guard);

bool is_github_actions(std::span<const std::string> environment);

}  // namespace hubward
