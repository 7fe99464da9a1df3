#include "runner/run_files.h"

#include "runner/ci/github_output.h"
#include "runner/ci/job_summary.h"
#include "runner/launch/environment.h"
#include "runner/launch/token.h"
#include "runner/run_words.h"

#include <sys/stat.h>

namespace hubward {
bool is_rewritable(const std::string& path) {
  struct stat status = {};
  return ::stat(path.c_str(), &status) != 0 || S_ISREG(status.st_mode);
}

bool is_github_actions(std::span<const std::string> environment) {
  return value_of(environment, "GITHUB_ACTIONS") == "true";
}

std::vector<std::string> write_step_files(std::span<const std::string> environment,
                                          std::span<const std::string> tokens, const Report& report,
                                          const StepFacts& facts) {
  std::vector<std::string> complaints;
  if (!is_github_actions(environment)) return complaints;
  const auto append = [&](std::string_view variable, const auto& text_for) {
    const std::string path(value_of(environment, variable).value_or(""));
    if (path.empty()) return;
    if (const auto written = append_to_step_file(path, text_for); !written) {
      complaints.push_back(std::string(variable) + ": " + sentence_of(written.error()));
    }
  };
  append("GITHUB_OUTPUT", [&](std::size_t) {
    return github_output_text(
        {to_string(facts.mode), to_string(report.verdict), to_string(facts.reason)});
  });
  append("GITHUB_STEP_SUMMARY", [&](std::size_t size) {
    const std::size_t room = size < kMaxSummaryBytes ? kMaxSummaryBytes - size : 0;
    const std::string page =
        job_summary(report, {to_string(facts.mode), to_string(facts.reason), facts.why}, room);
    // There a token stands as Markdown, if it stands there.
    std::vector<std::string> as_markdown;
    for (const std::string& token : tokens) as_markdown.push_back(markdown_text(token));
    return without_tokens(page, as_markdown);
  });
  return complaints;
}

}  // namespace hubward
