// `--dry-run`: what would be moved, fetched, set and started, a line each.
#pragma once

#include "runner/launch/environment.h"
#include "runner/launch/mode.h"
#include "runner/mend/quarantine_plan.h"
#include <hubward/report.h>

#include <span>
#include <string>
#include <vector>

namespace hubward {

struct RunPlan {
  const Report* report = nullptr;  ///< borrowed
  Decision decision;               ///< any but refuse
  std::vector<QuarantineItem> quarantine;
  std::vector<std::string> fetch_command;
  std::vector<std::string> command;
  std::string guard;  ///< "enforce (seccomp)"; empty: none
  EnvironmentRequest
      environment;  ///< of the mode, or of mode offline when something is fetched first
  /// Where a token would lie while a program of the project's is online; empty: nowhere.
  std::string token_file;
};

/// Safe for eyes, without newlines.
std::vector<std::string> plan_lines(const RunPlan& plan);

}  // namespace hubward
