// hubward verify: reads, judges, tells. Writes nothing but its report, and what it has read
// into the ledger.
#include "runner/cli/commands.h"
#include "runner/cli/failure.h"
#include "runner/cli/github.h"
#include "runner/cli/preparation.h"
#include "runner/cli/results.h"
#include "runner/cli/verifier.h"
#include "runner/fetch/own_downloader.h"

namespace hubward {
int verify_command(const CommandLine& line, const Settings& settings,
                   const Surroundings& surroundings) {
  const auto prepared = prepare(settings, line, surroundings);
  if (!prepared) return report_failure(prepared.error(), line.command);
  if (const auto writable = expect_all_writable(settings); !writable) {
    return report_failure(Refusal{writable.error()}, line.command);
  }
  Verifier verifier(settings, ledger_wish(settings, prepared->inputs->config, surroundings));
  auto report = verifier.once(prepared->verify);
  if (!report) return report_failure(Refusal{report.error(), Input::cache}, line.command);
  const std::string downloader = downloader_name(prepared->inputs->config.fetch.command);
  if (const auto written = write_results(*report, settings, surroundings, {downloader}); !written) {
    return report_failure(Refusal{written.error()}, line.command);
  }
  tell_github(*report, line.command, settings, surroundings);
  return report->exit_code;
}

}  // namespace hubward
