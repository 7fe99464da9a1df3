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

namespace {

StepFiles step_files(std::span<const std::string> environment,
                     std::span<const std::string> tokens) {
  const auto path = [&](std::string_view variable) {
    return std::string(value_of(environment, variable).value_or(""));
  };
  // In the summary a token stands as Markdown, if it stands there.
  std::vector<std::string> secrets(tokens.begin(), tokens.end());
  for (const std::string& token : tokens) secrets.push_back(markdown_text(token));
  return {.output = path("GITHUB_OUTPUT"),
          .summary = path("GITHUB_STEP_SUMMARY"),
          .cleaned = [secrets = std::move(secrets)](std::string_view text) {
            return without_tokens(text, secrets);
          }};
}

std::vector<std::string> sentences_of(const std::vector<StepComplaint>& complaints) {
  std::vector<std::string> sentences;
  sentences.reserve(complaints.size());
  for (const StepComplaint& complaint : complaints) {
    sentences.push_back(std::string(complaint.variable) + ": " + sentence_of(complaint.error));
  }
  return sentences;
}

}  // namespace

std::vector<std::string> write_step_files(std::span<const std::string> environment,
                                          std::span<const std::string> tokens, const Report& report,
                                          const StepFacts& facts) {
  if (!is_github_actions(environment)) return {};
  const std::vector<StepOutput> outputs = {{"mode", std::string(to_string(facts.mode))},
                                           {"verdict", std::string(to_string(report.verdict))},
                                           {"reason", std::string(to_string(facts.reason))}};
  const std::string heading =
      fmt::format("hubward: {} ({})", to_string(facts.mode), to_string(facts.reason));
  return sentences_of(
      write_step_files(step_files(environment, tokens), outputs, report, {heading, facts.why}));
}

std::vector<std::string> write_guard_summary(std::span<const std::string> environment,
                                             std::span<const std::string> tokens,
                                             const StepGuard& guard) {
  if (!is_github_actions(environment)) return {};
  return sentences_of(
      write_guard_summary(step_files(environment, tokens), guard.heading, guard.lines));
}

}  // namespace hubward
