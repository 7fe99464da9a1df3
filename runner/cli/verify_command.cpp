// hubward verify: reads, judges, tells. Writes nothing but its report.
#include "runner/cli/commands.h"
#include "runner/cli/failure.h"
#include "runner/cli/output.h"
#include "runner/cli/preparation.h"
#include "runner/cli/progress.h"
#include "runner/cli/terminal.h"
#include "verifier/cache/disk.h"
#include "verifier/report/json.h"
#include "verifier/report/text.h"

#include <unistd.h>

#include <chrono>
#include <memory>
#include <string>
#include <utility>

namespace hubward {
namespace {

std::optional<std::string> place_of(const FormatTarget& target, const Settings& settings) {
  return target.file ? target.file : settings.output;
}

Result<void> expect_all_writable(const Settings& settings) {
  for (const FormatTarget& target : settings.formats) {
    const std::optional<std::string> file = place_of(target, settings);
    if (file) HUBWARD_TRY_VOID(expect_writable(*file));
  }
  return {};
}

std::string render(const Report& report, const FormatTarget& target, const Settings& settings,
                   const Surroundings& surroundings) {
  if (target.format == ReportFormat::json) return render_json(report);
  const bool to_terminal = !place_of(target, settings) && is_terminal(STDOUT_FILENO);
  const TextStyle style{colour_for(settings.colour, surroundings.variables, to_terminal),
                        settings.verbosity};
  return render_text(report, style);
}

Result<void> write_results(const Report& report, const Settings& settings,
                           const Surroundings& surroundings) {
  for (const FormatTarget& target : settings.formats) {
    const std::string text = render(report, target, settings, surroundings);
    const std::optional<std::string> file = place_of(target, settings);
    HUBWARD_TRY_VOID(file ? write_output_file(*file, text) : write_standard_output(text));
  }
  return {};
}

std::unique_ptr<Observer> observer_for(const Settings& settings) {
  const bool shows = settings.verbosity != Verbosity::quiet && is_terminal(STDERR_FILENO);
  if (shows) return std::make_unique<ProgressLine>();
  return std::make_unique<Observer>();
}

}  // namespace

int verify_command(const CommandLine& line, const Settings& settings,
                   const Surroundings& surroundings) {
  const auto prepared = prepare(settings, line, surroundings);
  if (!prepared) return report_failure(prepared.error(), line.command);
  if (const auto writable = expect_all_writable(settings); !writable) {
    return report_failure(Refusal{writable.error()}, line.command);
  }
  const auto begin = std::chrono::steady_clock::now();
  const auto disk = real_disk(prepared->verify.cache_path, prepared->verify.allow_roots);
  auto observer = observer_for(settings);
  auto report = verify(prepared->verify, *disk, *observer, nullptr);
  observer.reset();  // takes its line off the terminal
  if (!report) return report_failure(Refusal{report.error(), Input::cache}, line.command);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  report->totals.seconds = took.count();
  if (const auto written = write_results(*report, settings, surroundings); !written) {
    return report_failure(Refusal{written.error()}, line.command);
  }
  return report->exit_code;
}

}  // namespace hubward
