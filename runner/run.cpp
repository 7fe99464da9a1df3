// The way of `run`: verify, take away what is bad, fetch, verify again, decide, start, watch. Each
// step is a room of its own; here is only their order, and what is said between them.
#include "runner/run.h"

#include "runner/fetch/own_downloader.h"
#include "runner/launch/environment.h"
#include "runner/launch/mode.h"
#include "runner/launch/private_memory.h"
#include "runner/launch/standard_streams.h"
#include "runner/mend/not_returned.h"
#include "runner/mend/quarantine.h"
#include "runner/run_way.h"
#include "verifier/report/counted.h"
#include "verifier/text/show.h"

#include <fmt/core.h>

#include <sys/stat.h>
#include <unistd.h>

#include <set>
#include <utility>

namespace hubward {
namespace {

ModePolicy policy_of(const RunRequest& request) {
  const auto variable = offline_variable(request.environment);
  return {.on_incomplete = request.on_incomplete,
          .on_fetch_failure = request.on_fetch_failure,
          .offline_wanted = request.offline || variable,
          .offline_by = request.offline ? "--offline" : variable.value_or("")};
}

}  // namespace

RunWay::RunWay(const RunRequest& request, const RunPorts& ports)
    : request_(request),
      ports_(ports),
      inherited_(InheritedSignals::now()),
      policy_(policy_of(request)),
      guard_(request, ports),
      report_is_complained_of_(request.report_is_known_unwritable) {}

int RunWay::go() {
  const PrivateMemory token_stays_here;
  plug_closed_streams();
  let_writes_fail();
  const Passed reached = reach_decision();
  const int code = reached ? act() : reached.error();
  if (!command_has_ended_) inherited_.restore();
  return code;
}

Passed RunWay::reach_decision() {
  HUBWARD_TRY_VOID(prepare_guard());
  HUBWARD_TRY_VOID(check_quarantine());
  HUBWARD_TRY_VOID(look_for_command());
  HUBWARD_TRY_VOID(verify());
  if (missing_) return tl::unexpected(cannot_start(*missing_));
  HUBWARD_TRY_VOID(repair_hostile());
  decision_ = decide_first(state_, policy_);
  if (decision_.step == Step::fetch) return fetch();
  return {};
}

int RunWay::act() {
  if (decision_.step == Step::refuse) return refuse();
  if (request_.dry_run) return tell_plan();
  if (decision_.step == Step::go_offline) return run_command(Mode::offline);
  // Clients believe what is there, so what is bad must not be there when they go online either.
  const Passed cleared = take_away(FindingClass::corrupt);
  return cleared ? run_command(Mode::online) : cleared.error();
}

Passed RunWay::prepare_guard() {
  const auto warnings = guard_.prepare();
  if (!warnings) {
    const Error& error = warnings.error();
    // Neither the cache nor the disk is at fault, whatever the guard lacks.
    const bool is_usage = error.kind == ErrorKind::usage;
    return tl::unexpected(refuse(sentence_of(error), ports_.exit_code_of(error.kind),
                                 is_usage ? refusal_word(error.kind) : kNoGuard));
  }
  say_text(*warnings);
  return {};
}

Passed RunWay::check_quarantine() {
  if (!request_.quarantine_dir) return {};
  const auto outside = expect_outside_cache(quarantine_request());
  if (!outside) return tl::unexpected(refuse(outside.error()));
  return {};
}

// A slip of the pen is told before the long work and before anything is changed; only who wants a
// report waits for the verification that stands in it.
Passed RunWay::look_for_command() {
  const EnvironmentList environment =
      environment_for(request_.environment, environment_of(Mode::offline));
  const auto program = find_program(request_.command.front(), environment);
  if (program || request_.dry_run) return {};
  missing_ = program.error();
  if (request_.report_path) return {};
  return tl::unexpected(cannot_start(*missing_));
}

Passed RunWay::verify() {
  VerifyRequest verify = request_.verify;
  verify.for_run = true;
  auto report = ports_.verify(verify);
  if (!report) return tl::unexpected(refuse(report.error()));
  report_ = std::move(*report);
  state_ = state_of(*report_);
  return {};
}

Passed RunWay::repair_hostile() {
  if (state_ != CacheState::hostile || !request_.repair_hostile) return {};
  if (request_.dry_run) {
    // What remains cannot be told before it has been done; damage is the worst of it.
    state_ = CacheState::corrupt;
    return {};
  }
  HUBWARD_TRY_VOID(take_away(FindingClass::hostile));
  return verify();
}

Passed RunWay::take_away(FindingClass whose) {
  const auto quarantined = quarantine(quarantine_request(), planned(whose));
  if (!quarantined) return tl::unexpected(refuse(quarantined.error()));
  for (const QuarantineItem& item : quarantined->moved) {
    taken_.push_back(item);
    actions_.push_back({"quarantine", item.path, std::string(to_string(item.code))});
  }
  if (!quarantined->moved.empty()) {
    say_unless_quiet(fmt::format("moved {} to {}",
                                 counted(quarantined->moved.size(), "bad entry", "bad entries"),
                                 show(quarantined->directory)));
  }
  return {};
}

Passed RunWay::fetch() {
  auto fetcher = choose_fetcher(
      request_.fetch_command,
      [this](const std::vector<std::string>& command) { return run_downloader(command); },
      [this](const std::vector<std::string>& command) {
        return expect_downloader(own_download(command));
      });
  if (!fetcher && ports_.built_in) fetcher = ports_.built_in(*report_);
  if (!fetcher) {
    // Nothing would bring back what went to quarantine, so nothing goes there.
    download_ = Download{};
    decision_ = decide_after_fetch(state_, download_->end, policy_);
    return {};
  }
  if (const auto ready = fetcher->expect_ready(); !ready) return go_without(ready.error());
  if (request_.dry_run) return {};
  say_unless_quiet(fmt::format("fetching: {}; by `{}`{}", unsound_cache(*report_), fetcher->name(),
                               anonymity()));
  HUBWARD_TRY_VOID(take_away(FindingClass::corrupt));
  const FetchEnding ending = fetcher->fetch();
  if (ending.asked_to_end) {
    say("ended by a signal while fetching");
    return tl::unexpected(128 + *ending.asked_to_end);
  }
  download_ = Download{fetch_end_of(ending.exit_code), ending.exit_code, ending.again_at};
  actions_.push_back({"fetch", "", fmt::format("{}: exit {}", fetcher->name(), ending.exit_code)});
  HUBWARD_TRY_VOID(verify());
  const auto disk = real_disk(request_.verify.cache_path, request_.verify.allow_roots);
  for (const std::string& path : not_returned(*report_, taken_, *disk)) {
    warn("taken away, and not downloaded again: " + show(path));
    if (state_ == CacheState::complete) state_ = CacheState::incomplete;
  }
  decision_ = decide_after_fetch(state_, download_->end, policy_);
  return {};
}

// Nothing has been changed yet, and nothing is for a download that cannot begin.
Passed RunWay::go_without(const Error& obstacle) {
  if (request_.dry_run) {
    warn(sentence_of(obstacle));
    return {};
  }
  const int code = ports_.exit_code_of(obstacle.kind);
  if (request_.on_fetch_failure != OnFetchFailure::online) {
    return tl::unexpected(
        refuse(sentence_of(obstacle), code,
               obstacle.kind == ErrorKind::bad_input ? "bad config" : refusal_word(obstacle.kind)));
  }
  say("error: " + sentence_of(obstacle));
  download_ = Download{FetchEnd::failed, code};
  decision_ = decide_after_fetch(state_, download_->end, policy_);
  return {};
}

OwnDownload RunWay::own_download(const std::vector<std::string>& command) const {
  return {.command = command,
          .inherited = request_.environment,
          .environment = environment_of(Mode::online),
          .bridge = request_.bridge,
          .cache_path = request_.verify.cache_path,
          .complain = [this](const Error& error) { warn_of_bridge(error); }};
}

FetchEnding RunWay::run_downloader(const std::vector<std::string>& command) {
  const auto ending = run_own_download(own_download(command), inherited_, ports_.monotonic);
  if (ending) return *ending;
  say("error: " + ending.error().what);
  return {.exit_code = ending.error().exit_code};
}

std::optional<Bridge> RunWay::bridge_of(Mode mode) const {
  // Offline nothing asks for a token.
  if (mode != Mode::online) return std::nullopt;
  return bridge_for(request_.bridge, environment_for(request_.environment, environment_of(mode)),
                    request_.run_env, request_.verify.cache_path,
                    [this](const Error& error) { warn_of_bridge(error); });
}

// While signals wait, so it must not wait itself for a reader who does not read.
void RunWay::warn_of_bridge(const Error& error) const {
  ports_.say("hubward: warning: bridge_token: " + sentence_of(error) + "\n", Patience::brief);
}

int run(const RunRequest& request, const RunPorts& ports) { return RunWay(request, ports).go(); }

}  // namespace hubward
