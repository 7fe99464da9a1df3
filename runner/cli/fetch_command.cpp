// hubward fetch: verify, set aside what is wrong, download what is missing, verify again.
#include "runner/cli/built_in_fetcher.h"
#include "runner/cli/commands.h"
#include "runner/cli/failure.h"
#include "runner/cli/output.h"
#include "runner/cli/preparation.h"
#include "runner/cli/results.h"
#include "runner/cli/tokens.h"
#include "runner/cli/verifier.h"
#include "runner/fetch/own_downloader.h"
#include "runner/launch/environment.h"
#include "runner/launch/token.h"
#include "runner/mend/quarantine.h"
#include "verifier/cache/disk.h"

#include <algorithm>
#include <array>
#include <utility>

namespace hubward {
namespace {

/// A second pass finds what the first could not see: bytes that were in the cache already, wrong,
/// under a commit that nobody had asked about before.
constexpr int kMostPasses = 2;

/// 74 > 2 > 75 > 77 > 69 > 1 > 0.
int worse_code(int left, int right) {
  constexpr std::array kOrder = {74, 2, 75, 77, 69, 1, 0};
  return *std::ranges::find_if(kOrder, [&](int code) { return code == left || code == right; });
}

class FetchWay {
 public:
  FetchWay(const Preparation& prepared, const Settings& settings, const Surroundings& surroundings)
      : prepared_(prepared),
        settings_(settings),
        surroundings_(surroundings),
        verifier_(settings),
        fetcher_(prepared, settings, surroundings) {}

  /// Errors: those that end hubward itself.
  Result<int> go();

 private:
  Result<int> pass();
  int tell_plan(const BuiltInEnding& ending) const;
  bool has_hostile() const {
    return std::ranges::any_of(report_.findings, [](const Finding& finding) {
      return finding.finding_class == FindingClass::hostile;
    });
  }

  const Preparation& prepared_;  // all outlive the way
  const Settings& settings_;
  const Surroundings& surroundings_;
  Verifier verifier_;
  BuiltInFetcher fetcher_;
  Report report_;
  std::vector<Action> actions_;
};

Result<int> FetchWay::go() {
  // A token that cannot be sent is told before the long work.
  HUBWARD_TRY([[maybe_unused]] const auto token, token_to_send(surroundings_));
  HUBWARD_TRY(report_, verifier_(prepared_.verify));
  int code = 0;
  for (int passes = 0; passes < kMostPasses; ++passes) {
    if (has_hostile()) {
      fetcher_.say_line("error: the cache holds something hostile; nothing is fetched into it");
      break;
    }
    if (lacking_entries(prepared_.verify, report_).empty()) break;
    if (passes > 0 && report_.verdict != Verdict::corrupt) break;
    if (const auto variable = offline_variable(surroundings_.environment)) {
      return fail(ErrorKind::hub_unreachable, std::string(*variable),
                  "is set: nothing is asked of the Hub, and the cache lacks something");
    }
    HUBWARD_TRY(const int ended, pass());
    if (settings_.fetch.plan_only || ended >= 128) return ended;
    code = passes == 0 ? ended : worse_code(code, ended);
  }
  if (settings_.fetch.plan_only) {
    HUBWARD_TRY_VOID(write_standard_output("nothing to fetch\n"));
    return report_.exit_code == 2 ? 2 : 0;
  }
  report_.actions = actions_;
  code = worse_code(code, report_.exit_code);
  report_.exit_code = code;
  HUBWARD_TRY_VOID(write_results(report_, settings_, surroundings_,
                                 downloader_name(prepared_.inputs->config.fetch.command)));
  return code;
}

Result<int> FetchWay::pass() {
  if (!settings_.fetch.plan_only) {
    const auto disk = real_disk(prepared_.verify.cache_path, prepared_.verify.allow_roots);
    HUBWARD_TRY_VOID(fetcher_.set_aside(plan_quarantine(report_, *disk, FindingClass::corrupt)));
  }
  HUBWARD_TRY(const BuiltInEnding ending, fetcher_.bring(report_));
  for (Action& action : fetcher_.take_actions()) actions_.push_back(std::move(action));
  if (ending.asked_to_end) {
    fetcher_.say_line("ended by a signal; what has come so far is kept");
    return 128 + *ending.asked_to_end;
  }
  if (settings_.fetch.plan_only) return tell_plan(ending);
  if (!fetcher_.is_quiet()) fetcher_.say_line("fetched: " + ending.summary);
  actions_.push_back({"fetch", "", ending.summary});
  HUBWARD_TRY(report_, verifier_(prepared_.verify));
  return ending.exit_code;
}

int FetchWay::tell_plan(const BuiltInEnding& ending) const {
  std::string text;
  for (const std::string& line : ending.plan) text += line + "\n";
  const auto written = write_standard_output(without_tokens(text, surroundings_.tokens));
  return written ? ending.exit_code : 74;
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
