// hubward run: hands the settings and the ways out of this process to runner/run.h, which does the
// work.
#include "runner/cli/commands.h"
#include "runner/cli/exit_code.h"
#include "runner/cli/failure.h"
#include "runner/cli/output.h"
#include "runner/cli/preparation.h"
#include "runner/cli/progress.h"
#include "runner/cli/terminal.h"
#include "runner/cli/tokens.h"
#include "runner/launch/token.h"
#include "runner/run.h"
#include "verifier/cache/disk.h"
#include "verifier/proof/proof_book.h"

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
  request.timeout = config.run.timeout;
  if (settings.run.timeout) request.timeout = settings.run.timeout;
  if (settings.run.kill_after) request.kill_after = *settings.run.kill_after;
  request.report_path = settings.run.report;
  request.guard = settings.run.guard.value_or(config.guard.mode);
  request.set_cache_variables = prepared.cache_is_our_choice;
  request.quarantine_dir = settings.run.quarantine;
  request.run_env = config.run.env;
  request.environment = surroundings.environment;
  request.tokens = surroundings.tokens;
  request.login_file = login_file_of(surroundings);
  request.report_is_known_unwritable = surroundings.report_is_unwritable;
  return request;
}

std::int64_t nanoseconds_now() {
  const auto since_1970 = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::nanoseconds>(since_1970).count();
}

/// One book for all verifications, so that the second reads only what has changed; a disk for each,
/// for a downloader may put a new directory in the place of the cache.
class Verifier {
 public:
  explicit Verifier(const Settings& settings)
      : book_(nanoseconds_now),
        shows_progress_(settings.verbosity != Verbosity::quiet && is_terminal(STDERR_FILENO)) {}

  Result<Report> operator()(const VerifyRequest& request) {
    const auto begin = std::chrono::steady_clock::now();
    HUBWARD_TRY(Report report, verify_once(request));
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    report.totals.seconds = took.count();
    return report;
  }

 private:
  Result<Report> verify_once(const VerifyRequest& request) {
    const auto disk = real_disk(request.cache_path, request.allow_roots);
    if (!shows_progress_) {
      Observer observer;
      return verify(request, *disk, observer, &book_);
    }
    ProgressLine progress;
    return verify(request, *disk, progress, &book_);
  }

  ProofBook book_;
  bool shows_progress_;
};

}  // namespace

int run_command(const CommandLine& line, const Settings& settings,
                const Surroundings& surroundings) {
  const auto prepared = prepare(settings, line, surroundings);
  if (!prepared) return report_failure(prepared.error(), line.command, surroundings.tokens);
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
  auto verifier = std::make_shared<Verifier>(settings);
  RunPorts ports;
  ports.verify = [verifier](const VerifyRequest& asked) { return (*verifier)(asked); };
  const std::vector<std::string>& tokens =
      surroundings.tokens;  // taken out of a command's name too
  ports.say = [&tokens](std::string_view text, Patience patience) {
    say(without_tokens(text, tokens), patience);
  };
  ports.utc = [] { return std::chrono::system_clock::now(); };
  ports.monotonic = [] { return std::chrono::steady_clock::now(); };
  ports.exit_code_of = [](ErrorKind kind) { return exit_code_of(kind); };
  ports.write_file = [&tokens](const std::string& path, std::string_view text) {
    return write_output_file(path, without_tokens(text, tokens));
  };
  return run(request, ports);
}

}  // namespace hubward
