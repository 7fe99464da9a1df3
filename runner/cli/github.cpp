#include "runner/cli/github.h"

#include "runner/ci/step_files.h"
#include "runner/cli/output.h"
#include "runner/cli/stderr_page.h"
#include "runner/cli/text_file.h"
#include "runner/cli/tokens.h"
#include "runner/launch/token.h"
#include "runner/run_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <utility>

namespace hubward {
namespace {

namespace fs = std::filesystem;

std::string variable(const Surroundings& surroundings, std::string_view name) {
  const auto found = surroundings.variables.find(name);
  return found == surroundings.variables.end() ? std::string() : std::string(found->second);
}

bool is_github(const FormatTarget& target) { return target.is(kGithubFormat); }

fs::path resolved(const fs::path& folder) {
  std::error_code failure;
  fs::path real = fs::canonical(folder, failure);
  return failure ? folder.lexically_normal() : real;
}

/// The file's own name stays: it may be a link, and the checkout knows it by that name.
std::optional<std::string> in_checkout(const std::optional<std::string>& path,
                                       const Surroundings& surroundings) {
  if (!path || *path == "-") return std::nullopt;
  const std::string workspace = variable(surroundings, "GITHUB_WORKSPACE");
  const fs::path file = beneath(surroundings.working_directory, *path);
  const fs::path from_top =
      (resolved(file.parent_path()) / file.filename())
          .lexically_relative(
              resolved(workspace.empty() ? surroundings.working_directory : workspace));
  const std::string name = from_top.generic_string();
  if (name.empty() || name == "." || name == ".." || name.starts_with("../")) return std::nullopt;
  return name;
}

/// Where the JSON report lies, absolute.
std::optional<std::string> report_file(const Settings& settings, const Surroundings& surroundings) {
  for (const FormatTarget& target : settings.formats) {
    const std::optional<std::string> file = target.file ? target.file : settings.output;
    if (!target.is(kJsonFormat) || !file) continue;
    return beneath(surroundings.working_directory, *file);
  }
  return std::nullopt;
}

/// verify may run without ever asking for a token; what it writes is cleaned of it all the same.
StepFiles step_files(const Surroundings& surroundings) {
  std::vector<std::string> tokens =
      surroundings.tokens.empty() ? tokens_of(surroundings) : surroundings.tokens;
  const std::size_t plain = tokens.size();
  for (std::size_t i = 0; i < plain; ++i) tokens.push_back(markdown_text(tokens[i]));
  return {.output = variable(surroundings, "GITHUB_OUTPUT"),
          .summary = variable(surroundings, "GITHUB_STEP_SUMMARY"),
          .cleaned = [tokens = std::move(tokens)](std::string_view text) {
            return without_tokens(text, tokens);
          }};
}

void warn(std::string_view variable, const Error& error) {
  say_on_page(fmt::format("hubward: warning: {}: {}\n", variable, sentence_of(error)));
}

}  // namespace

bool is_in_actions(const Surroundings& surroundings) {
  return variable(surroundings, "GITHUB_ACTIONS") == "true";
}

bool is_for_github(const Settings& settings, const Surroundings& surroundings) {
  return is_in_actions(surroundings) || std::ranges::any_of(settings.formats, is_github);
}

CheckoutFiles checkout_files(const Report& report, const Surroundings& surroundings) {
  return {.manifest = in_checkout(report.manifest_path, surroundings),
          .lock = in_checkout(report.lock_path, surroundings)};
}

void tell_github(const Report& report, Command command, const Settings& settings,
                 const Surroundings& surroundings, std::vector<StepOutput> own) {
  if (!is_for_github(settings, surroundings)) return;
  if (std::ranges::none_of(settings.formats, is_github)) {
    const CheckoutFiles files = checkout_files(report, surroundings);
    say(without_tokens(render_github(report, files, settings.verbosity), surroundings.tokens));
  }
  // A shard has no verdict on the cache: what asks for "complete" is not to find it here.
  if (!report.shard) own.push_back({"verdict", std::string(to_string(report.verdict))});
  own.push_back({"cache-path", report.cache_path});
  if (auto file = report_file(settings, surroundings)) own.push_back({"report", std::move(*file)});
  const std::string heading =
      fmt::format("hubward {}: {}", to_string(command),
                  report.shard ? verdict_line(report) : std::string(to_string(report.verdict)));
  const std::string why = summary_line(report);
  for (const StepComplaint& complaint :
       write_step_files(step_files(surroundings), own, report, {heading, why})) {
    warn(complaint.variable, complaint.error);
  }
}

void tell_outputs(const std::vector<StepOutput>& outputs, const Surroundings& surroundings) {
  const std::string file = variable(surroundings, "GITHUB_OUTPUT");
  if (file.empty()) return;
  const auto written = append_to_step_file(
      file, [&](std::size_t) { return step_output_text(outputs, random_delimiter); });
  if (!written) warn("GITHUB_OUTPUT", written.error());
}

}  // namespace hubward
