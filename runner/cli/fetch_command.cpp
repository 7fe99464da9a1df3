// hubward fetch: verify, set aside what is wrong, download what is missing, verify again.
#include "runner/cli/built_in_fetcher.h"
#include "runner/cli/commands.h"
#include "runner/cli/exit_code.h"
#include "runner/cli/failure.h"
#include "runner/cli/github.h"
#include "runner/cli/own_download.h"
#include "runner/cli/preparation.h"
#include "runner/cli/results.h"
#include "runner/cli/stderr_page.h"
#include "runner/cli/tokens.h"
#include "runner/cli/verifier.h"
#include "runner/fetch/failure_text.h"
#include "runner/fetch/own_downloader.h"
#include "runner/launch/environment.h"
#include "runner/launch/program.h"
#include "runner/launch/token.h"
#include "runner/mend/not_returned.h"
#include "runner/mend/quarantine.h"
#include "runner/run_words.h"
#include "verifier/cache/disk.h"
#include "verifier/text/show.h"

#include <fmt/core.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace hubward {
namespace {

/// A second pass finds what the first could not see: bytes that were in the cache already, wrong,
/// under a commit that nobody had asked about before.
constexpr int kMostPasses = 2;

constexpr std::size_t kSumLines = 2;

class FetchWay {
 public:
  FetchWay(const Preparation& prepared, const Settings& settings, const Surroundings& surroundings)
      : prepared_(prepared),
        settings_(settings),
        surroundings_(surroundings),
        inherited_(InheritedSignals::now()),
        verifier_(settings, ledger_wish(settings, prepared.inputs->config, surroundings)),
        fetcher_(prepared, settings, surroundings, verifier_.book()) {}

  /// Errors: those that end hubward itself.
  Result<int> go();

 private:
  /// With our own downloader, pass by pass. @return the code so far, 128 and more for a signal
  Result<int> bring();
  Result<int> pass();
  Result<int> plan();
  /// `[fetch] command` in the place of our own downloader.
  Result<void> expect_own(const std::vector<std::string>& command) const;
  Result<int> bring_by_own(const std::vector<std::string>& command);
  Result<int> pass_by_own(const std::vector<std::string>& command);
  int plan_own(const std::vector<std::string>& command);
  int nothing_to_fetch();
  std::vector<QuarantineItem> corrupt() const;
  void add_to_plan(const QuarantineItem& item);
  void take_actions();
  Result<void> expect_online();
  Result<int> end_with(int code);
  Result<int> end_early(const Error& error);
  bool has_hostile() const {
    return std::ranges::any_of(report_.findings, [](const Finding& finding) {
      return finding.finding_class == FindingClass::hostile;
    });
  }

  const Preparation& prepared_;  // all outlive the way
  const Settings& settings_;
  const Surroundings& surroundings_;
  InheritedSignals inherited_;
  Verifier verifier_;
  BuiltInFetcher fetcher_;
  Report report_;
  std::vector<Action> actions_;
  std::string words_;     ///< of a plan
  std::string obstacle_;  ///< what has to change before another fetch
};

Result<int> FetchWay::go() {
  const std::vector<std::string>& own = prepared_.inputs->config.fetch.command;
  if (!own.empty()) HUBWARD_TRY_VOID(expect_own(own));
  HUBWARD_TRY(report_, verifier_(prepared_.verify));
  const Result<int> code = own.empty() ? bring() : bring_by_own(own);
  if (!code) return end_early(code.error());
  return *code >= 128 ? code : end_with(*code);
}

Result<int> FetchWay::bring() {
  int code = 0;
  for (int passes = 0; passes < kMostPasses; ++passes) {
    if (has_hostile()) {
      fetcher_.say_line("error: the cache holds something hostile; nothing is fetched into it");
      break;
    }
    if (lacking_entries(prepared_.verify, report_).empty()) break;
    if (passes > 0 && report_.verdict != Verdict::corrupt) break;
    // What is lacking is optional, and may not be asked for.
    if (report_.exit_code == 0 && !expect_online()) break;
    HUBWARD_TRY_VOID(expect_online());
    HUBWARD_TRY_VOID(fetcher_.expect_ready());
    if (settings_.fetch.plan_only) return plan();
    HUBWARD_TRY(const int ended, pass());
    if (ended >= 128) return ended;
    code = passes == 0 ? ended : worse_code(code, ended);
  }
  return settings_.fetch.plan_only ? nothing_to_fetch() : worse_code(code, report_.exit_code);
}

int FetchWay::nothing_to_fetch() {
  if (!has_hostile()) words_ = "nothing to fetch\n";
  return report_.exit_code == 2 ? 2 : 0;
}

Result<void> FetchWay::expect_online() {
  if (settings_.fetch.offline) {
    obstacle_ = "leave --offline and --frozen out";
    return fail(ErrorKind::hub_unreachable, "--offline",
                "nothing is asked of the Hub, and the cache lacks something");
  }
  const auto variable = offline_variable(surroundings_.environment);
  if (!variable) return {};
  obstacle_ = fmt::format("unset {}", *variable);
  return fail(ErrorKind::hub_unreachable, std::string(*variable),
              "is set: nothing is asked of the Hub, and the cache lacks something");
}

Result<int> FetchWay::end_with(int code) {
  report_.actions = actions_;
  report_.exit_code = code;
  if (settings_.fetch.plan_only) {
    HUBWARD_TRY_VOID(write_plan(report_, words_, settings_, surroundings_));
    return code;
  }
  HUBWARD_TRY_VOID(
      write_results(report_, settings_, surroundings_,
                    {.downloader = downloader_name(prepared_.inputs->config.fetch.command),
                     .before_fetch = obstacle_}));
  tell_github(report_, Command::fetch, settings_, surroundings_);
  return code;
}

// What was verified is told all the same; a report that is not there looks like one that was never
// asked for.
Result<int> FetchWay::end_early(const Error& error) {
  const bool is_the_users = error.kind == ErrorKind::usage || error.kind == ErrorKind::bad_input ||
                            error.kind == ErrorKind::no_such_input;
  if (is_the_users) return tl::unexpected(error);
  say_on_page(without_tokens(error_text(error), surroundings_.tokens));
  if (obstacle_.empty()) obstacle_ = before_next_fetch(exit_code_of(error.kind), "");
  take_actions();
  if (!actions_.empty() && !settings_.fetch.plan_only) {
    if (auto now = verifier_(prepared_.verify)) report_ = std::move(*now);
  }
  return end_with(worse_code(exit_code_of(error.kind), report_.exit_code));
}

void FetchWay::take_actions() {
  for (Action& action : fetcher_.take_actions()) actions_.push_back(std::move(action));
}

Result<int> FetchWay::plan() {
  Leaving leaving;
  for (const QuarantineItem& item : corrupt()) {
    leaving.insert(item.path);
    add_to_plan(item);
  }
  HUBWARD_TRY(BuiltInEnding ending, fetcher_.bring(report_, leaving));
  if (ending.asked_to_end) return 128 + *ending.asked_to_end;
  // The last two lines are the sums.
  if (fetcher_.is_quiet()) words_.clear();
  const std::size_t first =
      fetcher_.is_quiet() ? std::max(ending.plan.size(), kSumLines) - kSumLines : 0;
  for (std::size_t at = first; at < ending.plan.size(); ++at) words_ += ending.plan[at] + "\n";
  std::ranges::move(ending.planned, std::back_inserter(actions_));
  return ending.exit_code;
}

void FetchWay::add_to_plan(const QuarantineItem& item) {
  const std::string code(to_string(item.code));
  words_ += fmt::format("quarantine {} ({})\n", show(item.path, 400), code);
  actions_.push_back({"plan", item.path, "quarantine: " + code});
}

Result<int> FetchWay::pass() {
  HUBWARD_TRY_VOID(fetcher_.set_aside(corrupt()));
  HUBWARD_TRY(const BuiltInEnding ending, fetcher_.bring(report_));
  take_actions();
  if (ending.asked_to_end) {
    fetcher_.say_line("ended by a signal; what has come so far is kept");
    return 128 + *ending.asked_to_end;
  }
  if (!fetcher_.is_quiet()) fetcher_.say_line("fetched: " + ending.summary);
  actions_.push_back({"fetch", "", ending.summary});
  obstacle_ = before_next_fetch(ending.exit_code, ending.again_at);
  HUBWARD_TRY(report_, verifier_(prepared_.verify));
  return ending.exit_code;
}

std::vector<QuarantineItem> FetchWay::corrupt() const {
  const auto disk = real_disk(prepared_.verify.cache_path, prepared_.verify.allow_roots);
  return plan_quarantine(report_, *disk, FindingClass::corrupt);
}

Result<void> FetchWay::expect_own(const std::vector<std::string>& command) const {
  if (const auto program = find_program(command.front(), surroundings_.environment); !program) {
    return fail(ErrorKind::bad_input, "[fetch] command", program.error().what);
  }
  const FetchSettings& flags = settings_.fetch;
  if (flags.parallel || flags.retries || flags.deadline || flags.lock_timeout) {
    fetcher_.say_line(
        "warning: --parallel, --retries, --deadline and --lock-timeout have no effect on a [fetch] "
        "command");
  }
  return {};
}

Result<int> FetchWay::bring_by_own(const std::vector<std::string>& command) {
  if (has_hostile()) {
    fetcher_.say_line("error: the cache holds something hostile; nothing is fetched into it");
    return 2;
  }
  const bool lacks = !lacking_entries(prepared_.verify, report_).empty();
  if (settings_.fetch.plan_only) return lacks ? plan_own(command) : nothing_to_fetch();
  if (!lacks) return report_.exit_code;
  HUBWARD_TRY_VOID(expect_online());
  return pass_by_own(command);
}

// One pass: what is wrong after it the project's own program has brought, and would bring again.
Result<int> FetchWay::pass_by_own(const std::vector<std::string>& command) {
  if (!prepared_.verify.selected.empty()) {
    fetcher_.say_line("note: the [fetch] command cannot be told which repos; it runs as it is");
  }
  const std::vector<QuarantineItem> taken = corrupt();
  HUBWARD_TRY_VOID(fetcher_.set_aside(taken));
  take_actions();
  const std::string name = downloader_name(command);
  if (!fetcher_.is_quiet()) fetcher_.say_line(fmt::format("fetching by `{}`", name));
  HUBWARD_TRY(const FetchEnding ending,
              own_download(prepared_, surroundings_, inherited_,
                           [this](std::string_view line) { fetcher_.say_line(line); }));
  if (ending.asked_to_end) {
    fetcher_.say_line("ended by a signal while fetching");
    return 128 + *ending.asked_to_end;
  }
  actions_.push_back({"fetch", "", fmt::format("{}: exit {}", name, ending.exit_code)});
  HUBWARD_TRY(report_, verifier_(prepared_.verify));
  const auto disk = real_disk(prepared_.verify.cache_path, prepared_.verify.allow_roots);
  const std::vector<std::string> lost = not_returned(report_, taken, *disk);
  for (const std::string& path : lost) {
    fetcher_.say_line("warning: taken away, and not downloaded again: " + show(path));
  }
  const int word = worse_code(report_.exit_code, lost.empty() ? 0 : 1);
  if (ending.exit_code > 1) {
    fetcher_.say_line(fmt::format("warning: `{}` ended with {}", name, ending.exit_code));
  }
  // What counts is the cache; the downloader's word is why it is not whole.
  constexpr std::array kReasons = {69, 75, 77};
  const bool is_reason = std::ranges::find(kReasons, ending.exit_code) != kReasons.end();
  if (is_reason) obstacle_ = before_next_fetch(ending.exit_code, "");
  return word != 0 && is_reason ? worse_code(word, ending.exit_code) : word;
}

int FetchWay::plan_own(const std::vector<std::string>& command) {
  for (const QuarantineItem& item : corrupt()) add_to_plan(item);
  for (const std::size_t at : lacking_entries(prepared_.verify, report_)) {
    const ManifestEntry& entry = prepared_.verify.manifest->entries[at];
    words_ += fmt::format("{}: not complete\n",
                          show(entry.repo.manifest_spelling() + "@" + entry.revision.text(), 400));
  }
  if (fetcher_.is_quiet()) words_.clear();
  words_ += fmt::format(
      "fetch: by `{}`, the [fetch] command of hubward.toml; what it downloads only "
      "it can tell\n",
      shown_command(command));
  actions_.push_back({"plan", "", "fetch: by " + shown_command(command)});
  return 0;
}

}  // namespace

int fetch_command(const CommandLine& line, const Settings& settings,
                  const Surroundings& surroundings) {
  const auto prepared = prepare(settings, line, surroundings);
  if (!prepared) return report_failure(prepared.error(), line.command, surroundings.tokens);
  if (const auto writable = expect_all_writable(settings); !writable) {
    return report_failure(Refusal{writable.error()}, line.command, surroundings.tokens);
  }
  if (!settings.fetch.plan_only) take_away_leftover_tokens(surroundings, {});
  FetchWay way(*prepared, settings, surroundings);
  const auto code = way.go();
  if (!code)
    return report_failure(Refusal{code.error(), Input::cache}, line.command, surroundings.tokens);
  return *code;
}

}  // namespace hubward
