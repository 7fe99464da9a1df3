#include "runner/run_plan.h"

#include "runner/fetch/fetcher.h"
#include "runner/run_words.h"
#include "verifier/text/show.h"

#include <fmt/core.h>

namespace hubward {

std::vector<std::string> plan_lines(const RunPlan& plan) {
  std::vector<std::string> lines = {"dry run: nothing is changed, nothing is started"};
  const bool is_sound = plan.report->verdict == Verdict::complete;
  lines.push_back("plan: " + (is_sound ? sound_cache(*plan.report) : unsound_cache(*plan.report)));
  for (const QuarantineItem& item : plan.quarantine) {
    lines.push_back(fmt::format("plan: quarantine {} ({})", show(item.path), to_string(item.code)));
  }
  if (plan.decision.step == Step::fetch) {
    lines.push_back("plan: fetch by " + (plan.fetch_command.empty()
                                             ? std::string(kBuiltInName)
                                             : shown_command(plan.fetch_command)));
    lines.push_back("plan: mode offline, if the cache is complete then");
  } else {
    lines.push_back(fmt::format("plan: mode {}, reason {}", to_string(plan.environment.mode),
                                to_string(plan.decision.reason)));
  }
  if (!plan.token_file.empty()) {
    const bool is_for_download = plan.decision.step == Step::fetch;
    lines.push_back(fmt::format("plan: token in {} while the {} runs", show(plan.token_file),
                                is_for_download ? "downloader" : "command"));
  }
  for (const std::string& change : environment_changes(plan.environment)) {
    lines.push_back("plan: environment " + show(change));
  }
  if (!plan.guard.empty()) lines.push_back("plan: guard " + plan.guard);
  lines.push_back("plan: command " + shown_command(plan.command));
  return lines;
}

}  // namespace hubward
