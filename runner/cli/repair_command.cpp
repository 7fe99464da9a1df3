// hubward repair: verify, put right what can be, set aside what is corrupt, download if that is
// asked, and verify again: as long as a verification shows something new that can be mended.
#include "runner/cli/built_in_fetcher.h"
#include "runner/cli/commands.h"
#include "runner/cli/exit_code.h"
#include "runner/cli/failure.h"
#include "runner/cli/github.h"
#include "runner/cli/output.h"
#include "runner/cli/own_download.h"
#include "runner/cli/preparation.h"
#include "runner/cli/repair_ground.h"
#include "runner/cli/repair_words.h"
#include "runner/cli/results.h"
#include "runner/cli/stderr_page.h"
#include "runner/cli/terminal.h"
#include "runner/cli/tokens.h"
#include "runner/cli/undo_command.h"
#include "runner/cli/verifier.h"
#include "runner/fetch/failure_text.h"
#include "runner/fetch/own_downloader.h"
#include "runner/launch/environment.h"
#include "runner/launch/inherited_signals.h"
#include "runner/launch/token.h"
#include "runner/mend/beneath.h"
#include "runner/mend/not_returned.h"
#include "runner/mend/repair.h"
#include "runner/mend/repair_scene.h"
#include "runner/mend/sessions.h"
#include "runner/run_words.h"
#include "verifier/cache/disk.h"
#include "verifier/report/counted.h"
#include "verifier/report/text.h"
#include "verifier/text/show.h"

#include <fmt/format.h>

#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <set>
#include <utility>

namespace hubward {
namespace {

/// What is mended may show what stood behind it: a ref a snapshot, a folder its names.
constexpr int kMostRounds = 8;

bool is_hostile(const Finding& finding) { return finding.finding_class == FindingClass::hostile; }

std::vector<std::string> folders_of(const std::vector<RepairStep>& steps) {
  std::set<std::string> folders;
  for (const RepairStep& step : steps) folders.insert(lock_folder(step.path));
  return {folders.begin(), folders.end()};
}

class RepairWay {
 public:
  RepairWay(const Preparation& prepared, const Settings& settings, const Surroundings& surroundings)
      : prepared_(prepared),
        settings_(settings),
        surroundings_(surroundings),
        verifier_(settings),
        inherited_(InheritedSignals::now()) {}

  /// Errors: those that end hubward itself.
  Result<int> go();

 private:
  Result<void> work();
  Result<void> mend();
  Result<std::vector<RepairStep>> plan();
  Result<bool> carry_out(const std::vector<RepairStep>& steps);
  Result<void> decide_about_hostile();
  Result<void> fetch();
  Result<FetchEnding> download();
  Result<void> drop_leftovers();
  Result<void> miss_what_was_taken();
  Result<int> tell_plan();
  Result<int> tell();

  bool is_quiet() const { return settings_.verbosity == Verbosity::quiet; }
  bool has_hostile() const { return std::ranges::any_of(report_.findings, is_hostile); }
  void say_line(std::string_view line) const {
    say_on_page(without_tokens(fmt::format("hubward: {}\n", line), surroundings_.tokens));
  }
  bool links_are_unwanted() const;
  QuarantineRequest quarantine_request() const {
    return quarantine_request_for(prepared_, settings_);
  }

  const Preparation& prepared_;  // all outlive the way
  const Settings& settings_;
  const Surroundings& surroundings_;
  Verifier verifier_;
  InheritedSignals inherited_;
  Report report_;
  std::optional<Repair> repair_;
  std::vector<RepairOutcome> outcomes_;
  std::vector<Action> actions_;
  bool takes_hostile_ = false;
  int fetch_code_ = 0;
  std::string obstacle_;  ///< what has to change before another fetch
  std::optional<int> asked_to_end_;
};

Result<int> RepairWay::go() {
  if (settings_.repair.fetch) {
    // A token that cannot be sent is told before the long work.
    HUBWARD_TRY([[maybe_unused]] const auto token, token_to_send(surroundings_));
  }
  if (settings_.run.quarantine) HUBWARD_TRY_VOID(expect_outside_cache(quarantine_request()));
  HUBWARD_TRY(const CacheGuard alone, CacheGuard::take(prepared_.verify.cache_path));
  HUBWARD_TRY(report_, verifier_(prepared_.verify));
  if (settings_.repair.dry_run) return tell_plan();
  HUBWARD_TRY_VOID(work());
  if (asked_to_end_) return 128 + *asked_to_end_;
  return tell();
}

Result<void> RepairWay::work() {
  HUBWARD_TRY_VOID(decide_about_hostile());
  HUBWARD_TRY_VOID(mend());
  if (settings_.repair.fetch) {
    HUBWARD_TRY_VOID(fetch());
    if (asked_to_end_) return {};
    HUBWARD_TRY_VOID(mend());
  }
  // Last, for a download goes on with what another has left.
  HUBWARD_TRY_VOID(drop_leftovers());
  return miss_what_was_taken();
}

Result<void> RepairWay::decide_about_hostile() {
  takes_hostile_ = settings_.repair.yes;
  if (takes_hostile_ || !has_hostile()) return {};
  const auto number = static_cast<std::size_t>(std::ranges::count_if(report_.findings, is_hostile));
  const std::string entries = counted(number, "hostile entry", "hostile entries");
  if (!is_terminal(STDIN_FILENO) || !is_terminal(STDERR_FILENO)) {
    say_line(fmt::format("{}: left where they are; --yes sets them aside", entries));
    return {};
  }
  if (!is_quiet()) HUBWARD_TRY_VOID(write_standard_output(render_text(report_, {})));
  say(fmt::format("hubward: set {} aside? [y/N] ", entries));
  std::string answer;
  std::getline(std::cin, answer);
  takes_hostile_ = answer == "y" || answer == "Y" || answer == "yes";
  return {};
}

bool RepairWay::links_are_unwanted() const {
  const auto value = surroundings_.variables.find("HF_HUB_DISABLE_SYMLINKS");
  return value != surroundings_.variables.end() && is_true_for_python(value->second);
}

Result<std::vector<RepairStep>> RepairWay::plan() {
  const auto disk = real_disk(prepared_.verify.cache_path, prepared_.verify.allow_roots);
  HUBWARD_TRY(const auto scene, look_at_scene(prepared_.verify, *disk));
  RepairView view{.report = report_,
                  .cache = scene->cache,
                  .pairing = scene->pairing,
                  .listings = std::move(scene->listings),
                  .bad = plan_quarantine(report_, *disk, FindingClass::corrupt),
                  .links = links_are_unwanted() ? LinkPolicy::none : LinkPolicy::where_due};
  if (takes_hostile_) {
    for (QuarantineItem& item : plan_quarantine(report_, *disk, FindingClass::hostile)) {
      view.bad.push_back(std::move(item));
    }
  }
  return plan_repair(view);
}

Result<void> RepairWay::mend() {
  for (int round = 0; round < kMostRounds; ++round) {
    HUBWARD_TRY(const std::vector<RepairStep> steps, plan());
    HUBWARD_TRY(const bool has_changed, carry_out(steps));
    if (!has_changed) return {};
    HUBWARD_TRY(report_, verifier_(prepared_.verify));
  }
  return {};
}

/// Whether anything was done.
Result<bool> RepairWay::carry_out(const std::vector<RepairStep>& steps) {
  if (steps.empty()) return false;
  HUBWARD_TRY(const HeldLocks locks, wait_for_locks(prepared_.verify.cache_path, folders_of(steps),
                                                    settings_.fetch.lock_timeout));
  if (!repair_) {
    HUBWARD_TRY(repair_, Repair::begin(quarantine_request()));
  }
  HUBWARD_TRY(std::vector<RepairOutcome> outcomes, repair_->carry_out(steps));
  bool has_changed = false;
  for (RepairOutcome& outcome : outcomes) {
    has_changed = has_changed || outcome.done;
    actions_.push_back(action_of(outcome));
    outcomes_.push_back(std::move(outcome));
  }
  return has_changed;
}

Result<void> RepairWay::fetch() {
  if (lacking_entries(prepared_.verify, report_).empty()) return {};
  if (has_hostile()) {
    say_line("error: the cache holds something hostile; nothing is fetched into it");
    return {};
  }
  const auto variable = offline_variable(surroundings_.environment);
  if (settings_.fetch.offline || variable) {
    say_line(fmt::format("error: {}: nothing is asked of the Hub",
                         variable ? std::string(*variable) + " is set" : "--frozen"));
    fetch_code_ = exit_code_of(ErrorKind::hub_unreachable);
    obstacle_ = variable ? fmt::format("unset {}", *variable) : "leave --frozen out";
    return {};
  }
  HUBWARD_TRY(const FetchEnding ending, download());
  asked_to_end_ = ending.asked_to_end;
  if (asked_to_end_) return {};
  fetch_code_ = ending.exit_code;
  obstacle_ = before_next_fetch(ending.exit_code, ending.again_at);
  HUBWARD_TRY(report_, verifier_(prepared_.verify));
  return {};
}

Result<FetchEnding> RepairWay::download() {
  const std::vector<std::string>& own = prepared_.inputs->config.fetch.command;
  if (!own.empty()) {
    HUBWARD_TRY(const FetchEnding ending,
                own_download(prepared_, surroundings_, inherited_,
                             [this](std::string_view line) { say_line(line); }));
    actions_.push_back(
        {"fetch", "", fmt::format("{}: exit {}", downloader_name(own), ending.exit_code)});
    return ending;
  }
  BuiltInFetcher fetcher(prepared_, settings_, surroundings_, verifier_.book());
  HUBWARD_TRY(const BuiltInEnding ending, fetcher.bring(report_));
  for (Action& action : fetcher.take_actions()) actions_.push_back(std::move(action));
  actions_.push_back({"fetch", "", ending.summary});
  if (!is_quiet() && !ending.asked_to_end) say_line("fetched: " + ending.summary);
  return FetchEnding{.exit_code = ending.exit_code,
                     .asked_to_end = ending.asked_to_end,
                     .again_at = ending.again_at};
}

Result<void> RepairWay::drop_leftovers() {
  const auto disk = real_disk(prepared_.verify.cache_path, prepared_.verify.allow_roots);
  HUBWARD_TRY(const auto scene, look_at_scene(prepared_.verify, *disk));
  const auto changed = carry_out(plan_drops(scene->cache));
  if (!changed && changed.error().kind == ErrorKind::try_later) {
    say_line(fmt::format("leftovers stay: {}: {}", changed.error().where, changed.error().what));
    return {};
  }
  HUBWARD_TRY(const bool has_changed, changed);
  // Without --all nobody looks at them.
  if (!has_changed || prepared_.verify.scope != Scope::all) return {};
  HUBWARD_TRY(report_, verifier_(prepared_.verify));
  return {};
}

// Where no listing says what a snapshot should hold, a file that was taken away leaves no trace,
// and the cache would look complete without it.
Result<void> RepairWay::miss_what_was_taken() {
  HUBWARD_TRY(const FoundSessions found, find_sessions(quarantine_request()));
  const std::vector<QuarantineItem> taken = items_in(found.sessions);
  const auto disk = real_disk(prepared_.verify.cache_path, prepared_.verify.allow_roots);
  std::vector<std::string> lost = not_returned(report_, taken, *disk);
  std::ranges::sort(lost);
  lost.erase(std::unique(lost.begin(), lost.end()), lost.end());
  for (const std::string& path : lost) add_missing(report_, path);
  return {};
}

Result<int> RepairWay::tell_plan() {
  takes_hostile_ = settings_.repair.yes;
  HUBWARD_TRY(std::vector<RepairStep> steps, plan());
  const auto disk = real_disk(prepared_.verify.cache_path, prepared_.verify.allow_roots);
  HUBWARD_TRY(const auto scene, look_at_scene(prepared_.verify, *disk));
  for (RepairStep& step : plan_drops(scene->cache)) steps.push_back(std::move(step));
  std::vector<PlannedStep> planned;
  report_.actions.emplace();
  for (const RepairStep& step : steps) {
    report_.actions->push_back(planned_action(step));
    planned.push_back({step, size_of_original(*disk, step.path)});
  }
  HUBWARD_TRY_VOID(write_results(report_, settings_, surroundings_,
                                 {downloader_name(prepared_.inputs->config.fetch.command),
                                  plan_text(planned, quarantine_home(quarantine_request()),
                                            settings_.verbosity == Verbosity::verbose)}));
  return report_.exit_code;
}

Result<int> RepairWay::tell() {
  const std::string directory = repair_ ? repair_->directory() : std::string();
  if (!directory.empty()) actions_.push_back({"originals", "", show(directory)});
  report_.actions = actions_;
  report_.exit_code = worse_code(report_.exit_code, report_.exit_code == 0 ? 0 : fetch_code_);
  HUBWARD_TRY_VOID(write_results(
      report_, settings_, surroundings_,
      {downloader_name(prepared_.inputs->config.fetch.command),
       deeds_text(outcomes_, directory, settings_.place_flags + settings_.quarantine_flag,
                  settings_.verbosity == Verbosity::verbose),
       obstacle_}));
  tell_github(report_, Command::repair, settings_, surroundings_);
  return report_.exit_code;
}

}  // namespace

int repair_command(const CommandLine& line, const Settings& settings,
                   const Surroundings& surroundings) {
  if (settings.repair.undo || settings.repair.purge) {
    return undo_command(line, settings, surroundings);
  }
  Settings own = settings;
  own.level = Level::content;
  const auto prepared = prepare(own, line, surroundings);
  if (!prepared) return report_failure(prepared.error(), line.command, surroundings.tokens);
  const auto refuse = [&](const Error& error) {
    return report_failure(Refusal{error, Input::cache}, line.command, surroundings.tokens);
  };
  if (const auto writable = expect_all_writable(own); !writable) return refuse(writable.error());
  if (own.repair.fetch && !own.repair.dry_run) take_away_leftover_tokens(surroundings, {});
  RepairWay way(*prepared, own, surroundings);
  const auto code = way.go();
  return code ? *code : refuse(code.error());
}

}  // namespace hubward
