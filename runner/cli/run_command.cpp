// hubward run: hands the settings and the ways out of this process to runner/run.h, which does the
// work.
#include "runner/cli/built_in_fetcher.h"
#include "runner/cli/commands.h"
#include "runner/cli/exit_code.h"
#include "runner/cli/failure.h"
#include "runner/cli/output.h"
#include "runner/cli/preparation.h"
#include "runner/cli/stderr_page.h"
#include "runner/cli/terminal.h"
#include "runner/cli/tokens.h"
#include "runner/cli/verifier.h"
#include "runner/launch/token.h"
#include "runner/run.h"

#include <spdlog/spdlog.h>

#include <unistd.h>

#include <chrono>
#include <memory>
#include <utility>

namespace hubward {
namespace {

RunRequest request_for(const Preparation& prepared, const CommandLine& line,
                       const Settings& settings, const Surroundings& surroundings) {
  const Config& config = prepared.inputs->config;
  RunRequest request;
  request.verify = prepared.verify;
  request.verify.for_run = true;
  request.command = line.run_command.empty() ? config.run.command : line.run_command;
  request.fetch_command = config.fetch.command;
  request.on_incomplete = config.run.on_incomplete;
  request.on_fetch_failure = config.run.on_fetch_failure;
  request.offline = settings.run.offline;
  request.drop_token = settings.run.drop_token;
  request.repair_hostile = settings.run.repair_hostile;
  request.dry_run = settings.run.dry_run;
  request.quiet = settings.verbosity == Verbosity::quiet;
  request.columns = is_terminal(STDERR_FILENO) ? terminal_width(STDERR_FILENO) : 0;
  request.timeout = config.run.timeout;
  if (settings.run.timeout) request.timeout = settings.run.timeout;
  if (settings.run.kill_after) request.kill_after = *settings.run.kill_after;
  request.report_path = settings.run.report;
  request.guard = settings.run.guard.value_or(config.guard.mode);
  request.guard_with = settings.run.guard_with.value_or(config.guard.with);
  request.guard_allow = config.guard.allow;
  request.set_cache_variables = prepared.cache_is_our_choice;
  request.quarantine_dir = settings.run.quarantine;
  request.run_env = config.run.env;
  request.environment = surroundings.environment;
  request.tokens = surroundings.tokens;
  request.login_file = login_file_of(surroundings);
  request.bridge = bridge_wish(config, surroundings);
  request.report_is_known_unwritable = surroundings.report_is_unwritable;
  return request;
}

}  // namespace

int run_command(const CommandLine& line, const Settings& settings,
                const Surroundings& surroundings) {
  const auto prepared = prepare(settings, line, surroundings);
  if (!prepared) return report_failure(prepared.error(), line.command, surroundings.tokens);
  if (!settings.run.dry_run) {
    take_away_leftover_tokens(surroundings, prepared->inputs->config.run.env);
  }
  const RunRequest request = request_for(*prepared, line, settings, surroundings);
  if (request.command.empty()) {
    return report_failure(
        Refusal{Error{ErrorKind::usage, "",
                      "no command: give one after `hubward run --`, or as [run] command"}},
        line.command);
  }
  if (line.flags.contains(Flag::format) || line.flags.contains(Flag::output)) {
    spdlog::warn("--format and --output have no effect under run; --report FILE writes the report");
  }
  auto verifier = std::make_shared<Verifier>(
      settings, ledger_wish(settings, prepared->inputs->config, surroundings));
  RunPorts ports;
  ports.verify = [verifier](const VerifyRequest& asked) { return (*verifier)(asked); };
  const std::vector<std::string>& tokens =
      surroundings.tokens;  // taken out of a command's name too
  ports.say = [&tokens](std::string_view text, Patience patience) {
    say_on_page(without_tokens(text, tokens), patience);
  };
  ports.utc = [] { return std::chrono::system_clock::now(); };
  ports.monotonic = [] { return std::chrono::steady_clock::now(); };
  ports.exit_code_of = [](ErrorKind kind) { return exit_code_of(kind); };
  ports.write_file = [&tokens](const std::string& path, std::string_view text) {
    return write_output_file(path, without_tokens(text, tokens));
  };
  ports.built_in = [&](const Report& report) {
    auto fetcher =
        std::make_unique<BuiltInFetcher>(*prepared, settings, surroundings, verifier->book());
    fetcher->look_at(report);
    return fetcher;
  };
  return run(request, ports);
}

}  // namespace hubward
