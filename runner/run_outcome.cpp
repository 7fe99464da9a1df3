// What becomes of the decision that `run` has come to: a command, a plan or a refusal, and the
// files that tell of it.
#include "runner/fetch/failure_text.h"
#include "runner/launch/environment.h"
#include "runner/run_files.h"
#include "runner/run_plan.h"
#include "runner/run_way.h"
#include "verifier/report/json.h"
#include "verifier/report/text.h"

#include <utility>

namespace hubward {

int RunWay::run_command(Mode mode) {
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

int RunWay::cannot_start(const StartFailure& failure) {
  say("error: " + failure.what);
  actions_.push_back({"run", "", failure.what});
  write_report(failure.exit_code);
  return failure.exit_code;
}

int RunWay::tell_plan() {
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

int RunWay::refuse() {
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

int RunWay::refuse(const Error& error) {
  return refuse(sentence_of(error), ports_.exit_code_of(error.kind), refusal_word(error.kind));
}

int RunWay::refuse(const std::string& what, int code, std::string_view reason) {
  actions_.push_back({"refuse", "", fmt::format("{} {}", code, reason)});
  write_report(kRunRefused);
  say_text(refusal_line(what, code, reason));
  return kRunRefused;
}

std::vector<QuarantineItem> RunWay::planned(FindingClass whose) const {
  const auto disk = real_disk(request_.verify.cache_path, request_.verify.allow_roots);
  return plan_quarantine(*report_, *disk, whose);
}

void RunWay::leave_files(Mode mode, const std::string& why) {
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

void RunWay::write_report(int exit_code) {
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

double RunWay::seconds_since(MonotonicTime start) const {
  return std::chrono::duration<double>(ports_.monotonic() - start).count();
}

}  // namespace hubward
