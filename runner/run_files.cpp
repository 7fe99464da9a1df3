#include "runner/run_files.h"

#include "runner/ci/step_files.h"
#include "runner/launch/environment.h"
#include "runner/launch/token.h"
#include "runner/run_words.h"

#include <fmt/format.h>

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
  const auto path = [&](std::string_view variable) {
    return std::string(value_of(environment, variable).value_or(""));
  };
  // In the summary a token stands as Markdown, if it stands there.
  std::vector<std::string> secrets(tokens.begin(), tokens.end());
  for (const std::string& token : tokens) secrets.push_back(markdown_text(token));
  const StepFiles files{
      .output = path("GITHUB_OUTPUT"),
      .summary = path("GITHUB_STEP_SUMMARY"),
      .cleaned = [&](std::string_view text) { return without_tokens(text, secrets); }};
  const std::vector<StepOutput> outputs = {{"mode", std::string(to_string(facts.mode))},
                                           {"verdict", std::string(to_string(report.verdict))},
                                           {"reason", std::string(to_string(facts.reason))}};
  const std::string heading =
      fmt::format("hubward: {} ({})", to_string(facts.mode), to_string(facts.reason));
  for (const StepComplaint& complaint :
       write_step_files(files, outputs, report, {heading, facts.why})) {
    complaints.push_back(std::string(complaint.variable) + ": " + sentence_of(complaint.error));
  }
  return complaints;
}

}  // namespace hubward
