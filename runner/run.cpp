// The way of `run`: verify, take away what is bad, fetch, verify again, decide, start, watch. Each
// step is a room of its own; here is only their order, and what is said between them.
#include "runner/run.h"

#include "runner/fetch/failure_text.h"
#include "runner/fetch/own_downloader.h"
#include "runner/launch/environment.h"
#include "runner/launch/mode.h"
#include "runner/launch/private_memory.h"
#include "runner/launch/standard_streams.h"
#include "runner/launch/watched.h"
#include "runner/mend/not_returned.h"
#include "runner/mend/quarantine.h"
#include "runner/run_asks.h"
#include "runner/run_files.h"
#include "runner/run_guard.h"
#include "runner/run_plan.h"
#include "runner/run_words.h"
#include "verifier/report/counted.h"
#include "verifier/report/json.h"
#include "verifier/report/text.h"
#include "verifier/text/show.h"

#include <fmt/core.h>

#include <sys/stat.h>
#include <unistd.h>

#include <set>
#include <utility>

namespace hubward {
namespace {

/// What a refusal ends in where the guard that was promised cannot be had.
constexpr std::string_view kNoGuard = "no guard";

ModePolicy policy_of(const RunRequest& request) {
  const auto variable = offline_variable(request.environment);
  return {.on_incomplete = request.on_incomplete,
          .on_fetch_failure = request.on_fetch_failure,
          .offline_wanted = request.offline || variable,
          .offline_by = request.offline ? "--offline" : variable.value_or("")};
}

/// A step of the way; its error is the exit code, after all has been said.
using Passed = tl::expected<void, int>;

class Way {
 public:
  Way(const RunRequest& request, const RunPorts& ports)
      : request_(request),
        ports_(ports),
        inherited_(InheritedSignals::now()),
        policy_(policy_of(request)),
        guard_(request, ports),
        report_is_complained_of_(request.report_is_known_unwritable) {}

  int go() {
    const PrivateMemory token_stays_here;
    plug_closed_streams();
    let_writes_fail();
    const Passed reached = reach_decision();
    const int code = reached ? act() : reached.error();
    if (!command_has_ended_) inherited_.restore();
    return code;
  }

 private:
  Passed reach_decision() {
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

  int act() {
    if (decision_.step == Step::refuse) return refuse();
    if (request_.dry_run) return tell_plan();
    if (decision_.step == Step::go_offline) return run_command(Mode::offline);
    // Clients believe what is there, so what is bad must not be there when they go online either.
    const Passed cleared = take_away(FindingClass::corrupt);
    return cleared ? run_command(Mode::online) : cleared.error();
  }

  Passed prepare_guard();
  Passed check_quarantine();
  Passed look_for_command();
  Passed verify();
  Passed repair_hostile();
  Passed fetch();
  Passed take_away(FindingClass whose);
  std::optional<Bridge> bridge_of(Mode mode) const;
  void warn_of_bridge(const Error& error) const;
  Passed go_without(const Error& obstacle);
  OwnDownload own_download(const std::vector<std::string>& command) const;
  FetchEnding run_downloader(const std::vector<std::string>& command);
  int run_command(Mode mode);
  int cannot_start(const StartFailure& failure);
  int tell_plan();

  int refuse();
  int refuse(const Error& error);
  int refuse(const std::string& what, int code, std::string_view reason);

  void say(std::string_view line) const { say_text(fmt::format("hubward: {}\n", line)); }
  void say_text(std::string_view text) const {
    ports_.say(text, command_has_ended_ ? Patience::brief : Patience::endless);
  }
  void say_unless_quiet(std::string_view line) const {
    if (!request_.quiet) say(line);
  }
  void warn(const std::string& what) const { say("warning: " + what); }

  std::string anonymity() const { return request_.tokens.empty() ? "; anonymous, no token" : ""; }
  EnvironmentRequest environment_of(Mode mode) const {
    return hubward::environment_of(request_, mode);
  }
  QuarantineRequest quarantine_request() const { return quarantine_of(request_, ports_.utc()); }
  std::vector<QuarantineItem> planned(FindingClass whose) const;
  void leave_files(Mode mode, const std::string& why);
  void write_report(int exit_code);
  double seconds_since(MonotonicTime start) const;

  const RunRequest& request_;  // both outlive the way
  const RunPorts& ports_;
  InheritedSignals inherited_;
  ModePolicy policy_;
  RunGuard guard_;
  std::optional<Report> report_;  ///< of the last verification
  CacheState state_ = CacheState::corrupt;
  Decision decision_;
  std::optional<Download> download_;
  std::vector<QuarantineItem> taken_;
  std::vector<Action> actions_;
  std::optional<StartFailure> missing_;  ///< why the command cannot be started, as far as is known
  bool command_has_ended_ = false;
  bool report_is_complained_of_;
};

Passed Way::prepare_guard() {
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

Passed Way::check_quarantine() {
  if (!request_.quarantine_dir) return {};
  const auto outside = expect_outside_cache(quarantine_request());
  if (!outside) return tl::unexpected(refuse(outside.error()));
  return {};
}

// A slip of the pen is told before the long work and before anything is changed; only who wants a
// report waits for the verification that stands in it.
Passed Way::look_for_command() {
  const EnvironmentList environment =
      environment_for(request_.environment, environment_of(Mode::offline));
  const auto program = find_program(request_.command.front(), environment);
  if (program || request_.dry_run) return {};
  missing_ = program.error();
  if (request_.report_path) return {};
  return tl::unexpected(cannot_start(*missing_));
}

Passed Way::verify() {
  VerifyRequest verify = request_.verify;
  verify.for_run = true;
  auto report = ports_.verify(verify);
  if (!report) return tl::unexpected(refuse(report.error()));
  report_ = std::move(*report);
  state_ = state_of(*report_);
  return {};
}

Passed Way::repair_hostile() {
  if (state_ != CacheState::hostile || !request_.repair_hostile) return {};
  if (request_.dry_run) {
    // What remains cannot be told before it has been done; damage is the worst of it.
    state_ = CacheState::corrupt;
    return {};
  }
  HUBWARD_TRY_VOID(take_away(FindingClass::hostile));
  return verify();
}

Passed Way::take_away(FindingClass whose) {
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

Passed Way::fetch() {
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
Passed Way::go_without(const Error& obstacle) {
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

OwnDownload Way::own_download(const std::vector<std::string>& command) const {
  return {.command = command,
          .inherited = request_.environment,
          .environment = environment_of(Mode::online),
          .bridge = request_.bridge,
          .cache_path = request_.verify.cache_path,
          .complain = [this](const Error& error) { warn_of_bridge(error); }};
}

FetchEnding Way::run_downloader(const std::vector<std::string>& command) {
  const auto ending = run_own_download(own_download(command), inherited_, ports_.monotonic);
  if (ending) return *ending;
  say("error: " + ending.error().what);
  return {.exit_code = ending.error().exit_code};
}

std::optional<Bridge> Way::bridge_of(Mode mode) const {
  // Offline nothing asks for a token.
  if (mode != Mode::online) return std::nullopt;
  return bridge_for(request_.bridge, environment_for(request_.environment, environment_of(mode)),
                    request_.run_env, request_.verify.cache_path,
                    [this](const Error& error) { warn_of_bridge(error); });
}

// While signals wait, so it must not wait itself for a reader who does not read.
void Way::warn_of_bridge(const Error& error) const {
  ports_.say("hubward: warning: bridge_token: " + sentence_of(error) + "\n", Patience::brief);
}

int Way::run_command(Mode mode) {
  std::string why = first_line(decision_, *report_, download_);
  if (mode == Mode::online) why += anonymity();
  if (!guard_.name().empty()) why += "; guard: " + guard_.name();
  leave_files(mode, why);
  say_unless_quiet(why);
  if (request_.set_cache_variables) {
    const std::string note = hf_hub_warning(request_.environment, request_.verify.cache_path);
    if (!note.empty()) say_unless_quiet(note);
  }
  if (request_.timeout && !has_own_proc()) {
    warn("no /proc here: --timeout reaches the command alone, not what it starts");
  }
  const EnvironmentList environment =
      guard_.marked(environment_for(request_.environment, environment_of(mode)));
  const std::string privileges = guard_.privileges_warning(environment);
  if (!privileges.empty()) warn(privileges);
  const MonotonicTime begun = ports_.monotonic();
  const auto watched = start_and_watch(
      {.command = request_.command, .environment = environment, .guard = guard_.guard()},
      {.timeout = request_.timeout == std::chrono::nanoseconds(0) ? std::nullopt : request_.timeout,
       .kill_after = request_.kill_after},
      Afterwards::blocked, inherited_, ports_.monotonic, bridge_of(mode));
  guard_.end();
  if (!watched) {
    const StartFailure& failure = watched.error();
    if (failure.exit_code == kRunRefused) {
      return refuse(failure.what, 74, failure.is_of_guard ? kNoGuard : "i/o error");
    }
    return cannot_start(failure);
  }
  if (watched->started) {
    command_has_ended_ = true;
    const std::string ended = ending_sentence(watched->ending, seconds_since(begun));
    say_text(guard_.leaks_text());
    for (const std::string& complaint : guard_.write_summary()) warn(complaint);
    say_unless_quiet(fmt::format("{}: {}{}", to_string(mode), ended, guard_.ending_clause()));
    actions_.push_back({"run", "", ended});
  }
  const int code = guard_.exit_code(watched->ending.exit_code);
  write_report(code);
  say_text(guard_.verdict_line(watched->ending.exit_code));
  return code;
}

int Way::cannot_start(const StartFailure& failure) {
  say("error: " + failure.what);
  actions_.push_back({"run", "", failure.what});
  write_report(failure.exit_code);
  return failure.exit_code;
}

int Way::tell_plan() {
  const Mode mode = decision_.step == Step::go_online ? Mode::online : Mode::offline;
  RunPlan plan{.report = &*report_,
               .decision = decision_,
               .fetch_command = request_.fetch_command,
               .command = request_.command,
               .guard = guard_.name(),
               .environment = environment_of(mode)};
  if (request_.repair_hostile) plan.quarantine = planned(FindingClass::hostile);
  if (decision_.step != Step::go_offline) {
    const std::vector<QuarantineItem> corrupt = planned(FindingClass::corrupt);
    plan.quarantine.insert(plan.quarantine.end(), corrupt.begin(), corrupt.end());
  }
  const bool downloads = decision_.step == Step::fetch && !request_.fetch_command.empty();
  if (const auto bridge = bridge_of(downloads ? Mode::online : mode)) {
    plan.token_file = bridged_token_path(bridge->request.home);
  }
  for (const std::string& line : plan_lines(plan)) say(line);
  const auto program = find_program(request_.command.front(),
                                    environment_for(request_.environment, plan.environment));
  if (!program) warn(program.error().what);
  return 0;
}

int Way::refuse() {
  const std::string what = refusal_sentence(state_, decision_, policy_, download_);
  if (!request_.quiet) {
    say_text(render_text(
        *report_,
        {.downloader = downloader_name(request_.fetch_command),
         .before_fetch = download_ ? before_next_fetch(download_->exit_code, download_->again_at)
                                   : std::string(),
         .columns = request_.columns}));
  }
  leave_files(Mode::refuse, what);
  return refuse(what, refusal_code(state_, decision_.reason),
                refusal_word(state_, decision_.reason));
}

int Way::refuse(const Error& error) {
  return refuse(sentence_of(error), ports_.exit_code_of(error.kind), refusal_word(error.kind));
}

int Way::refuse(const std::string& what, int code, std::string_view reason) {
  actions_.push_back({"refuse", "", fmt::format("{} {}", code, reason)});
  write_report(kRunRefused);
  say_text(refusal_line(what, code, reason));
  return kRunRefused;
}

std::vector<QuarantineItem> Way::planned(FindingClass whose) const {
  const auto disk = real_disk(request_.verify.cache_path, request_.verify.allow_roots);
  return plan_quarantine(*report_, *disk, whose);
}

void Way::leave_files(Mode mode, const std::string& why) {
  if (request_.dry_run) return;
  const StepFacts facts{.mode = mode, .reason = decision_.reason, .why = why};
  for (const std::string& complaint :
       write_step_files(request_.environment, request_.tokens, *report_, facts)) {
    warn(complaint);
  }
  // Before the command, too: whoever is killed meanwhile has told what it knew.
  if (mode != Mode::refuse && request_.report_path && is_rewritable(*request_.report_path)) {
    write_report(report_->exit_code);
  }
}

void Way::write_report(int exit_code) {
  if (!request_.report_path || !report_ || request_.dry_run) return;
  Report report = *report_;
  report.exit_code = exit_code;
  report.actions = actions_;
  report.guard = guard_.report();
  if (const auto written = ports_.write_file(*request_.report_path, render_json(report));
      !written && !std::exchange(report_is_complained_of_, true)) {
    warn("--report: " + sentence_of(written.error()));
  }
}

double Way::seconds_since(MonotonicTime start) const {
  return std::chrono::duration<double>(ports_.monotonic() - start).count();
}

}  // namespace

int run(const RunRequest& request, const RunPorts& ports) { return Way(request, ports).go(); }

}  // namespace hubward
