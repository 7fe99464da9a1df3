// hubward verify: reads, judges, tells. Writes nothing but its report.
#include "runner/cli/commands.h"
#include "runner/cli/failure.h"
#include "runner/cli/github.h"
#include "runner/cli/preparation.h"
#include "runner/cli/progress.h"
#include "runner/cli/results.h"
#include "runner/fetch/own_downloader.h"
#include "verifier/cache/disk.h"

#include <chrono>

namespace hubward {
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
  const std::string downloader = downloader_name(prepared->inputs->config.fetch.command);
  if (const auto written = write_results(*report, settings, surroundings, downloader); !written) {
    return report_failure(Refusal{written.error()}, line.command);
  }
  tell_github(*report, line.command, settings, surroundings);
  return report->exit_code;
}

}  // namespace hubward
