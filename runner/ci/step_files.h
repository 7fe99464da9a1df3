// The two files of a step of GitHub Actions, its outputs and its summary. Neither may cost a result
// that is already told: what cannot be written is the caller's to warn of.
#pragma once

#include "runner/ci/github_output.h"
#include "runner/ci/job_summary.h"

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hubward {

struct StepFiles {
  std::string output;   ///< GITHUB_OUTPUT; empty: none
  std::string summary;  ///< GITHUB_STEP_SUMMARY; empty: none
  /// Takes secrets out of a text; they may stand in it as Markdown.
  std::function<std::string(std::string_view)> cleaned;
};

struct StepComplaint {
  std::string_view variable;  ///< "GITHUB_OUTPUT"
  Error error;
};

/// Appends the outputs, and a page about the report as far as the runner takes one.
/// @return what could not be written
std::vector<StepComplaint> write_step_files(const StepFiles& files,
                                            std::span<const StepOutput> outputs,
                                            const Report& report, const SummaryFacts& facts);

/// Appends to the summary what a guard saw, when the command has ended.
std::vector<StepComplaint> write_guard_summary(const StepFiles& files, std::string_view heading,
                                               std::span<const std::string> lines);

}  // namespace hubward
