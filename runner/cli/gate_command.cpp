// hubward gate: is the cache fit to be saved? With --prune, after what nobody needs has gone.
#include "runner/cli/commands.h"
#include "runner/cli/failure.h"
#include "runner/cli/github.h"
#include "runner/cli/output.h"
#include "runner/cli/preparation.h"
#include "runner/cli/results.h"
#include "runner/cli/saving.h"
#include "runner/cli/stderr_page.h"
#include "runner/cli/terminal.h"
#include "runner/cli/text_file.h"
#include "runner/cli/verifier.h"
#include "runner/fetch/own_downloader.h"
#include "runner/mend/prune.h"
#include "runner/mend/prune_plan.h"
#include "verifier/cache/disk.h"
#include "verifier/gate.h"
#include "verifier/report/counted.h"
#include "verifier/text/show.h"
#include "verifier/text/units.h"

#include <fmt/format.h>

#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <utility>

namespace hubward {
namespace {

/// More are counted: a plan is to be read.
constexpr std::size_t kMostItemsShown = 100;

void say_line(std::string_view line) { say_on_page(fmt::format("hubward: {}\n", line)); }

bool is_there(const std::string& path) { return is_anything_there(path); }

class GateWay {
 public:
  GateWay(const Preparation& prepared, const Settings& settings, const Surroundings& surroundings)
      : prepared_(prepared),
        settings_(settings),
        surroundings_(surroundings),
        verifier_(settings) {}

  /// Errors: those that end hubward itself.
  Result<int> go();

 private:
  Result<void> choose_paths();
  Result<void> prune_first();
  Result<bool> may_delete(const PrunePlan& plan) const;
  Result<void> tell_plan(const PrunePlan& plan) const;
  std::string plan_text(const PrunePlan& plan, std::size_t most) const;
  bool writes_text_to_output() const;
  Result<void> tell_fit() const;
  bool is_quiet() const { return settings_.verbosity == Verbosity::quiet; }

  const Preparation& prepared_;  // all outlive the way
  const Settings& settings_;
  const Surroundings& surroundings_;
  Verifier verifier_;
  GateRequest request_;
  Report report_;
};

Result<int> GateWay::go() {
  request_.verify = prepared_.verify;
  request_.limits.max_size = settings_.gate.max_size;
  request_.limits.max_orphans = settings_.gate.max_orphans.value_or(0);
  HUBWARD_TRY_VOID(choose_paths());
  HUBWARD_TRY(report_, verifier_.gate(request_));
  if (settings_.gate.prune) HUBWARD_TRY_VOID(prune_first());
  const bool is_fit = report_.verdict == Verdict::complete;
  if (!is_fit && settings_.gate.exit_zero) report_.exit_code = 0;
  HUBWARD_TRY_VOID(write_results(report_, settings_, surroundings_,
                                 {downloader_name(prepared_.inputs->config.fetch.command)}));
  HUBWARD_TRY_VOID(tell_fit());
  return report_.exit_code;
}

/// As actions/cache does: of several paths those that are there are saved, and one must be.
Result<void> GateWay::choose_paths() {
  HUBWARD_TRY(const std::vector<std::string> named,
              saving_paths(settings_.gate.saving, surroundings_));
  for (const std::string& path : named) {
    if (is_there(path)) request_.saving.push_back(path);
  }
  // A cache that is not there is a verdict, however it was named.
  if (named.empty() || !is_there(prepared_.verify.cache_path)) return {};
  if (request_.saving.empty()) {
    return fail(ErrorKind::no_such_input, "--saving",
                fmt::format("{} does not exist, so nothing would be saved", show(named.front())));
  }
  for (const std::string& path : named) {
    if (!is_there(path)) say_line(fmt::format("warning: {} does not exist", show(path)));
  }
  return {};
}

Result<void> GateWay::prune_first() {
  const bool is_hostile = std::ranges::any_of(report_.findings, [](const Finding& finding) {
    return finding.finding_class == FindingClass::hostile &&
           finding.code != FindingCode::secret_in_cache;
  });
  if (is_hostile) {
    say_line("warning: the cache holds something hostile; nothing is deleted from it");
    return {};
  }
  // What an optional entry lacks has been forgiven; what is wrong in one has not.
  const bool is_whole = std::ranges::all_of(
      report_.repos, [](const RepoRow& row) { return row.verdict == Verdict::complete; });
  if (!is_whole) {
    say_line(
        "warning: not all that the manifest needs is whole, so what else is needed cannot be "
        "told; nothing is deleted");
    return {};
  }
  const auto disk = real_disk(request_.verify.cache_path, request_.verify.allow_roots);
  HUBWARD_TRY(const auto ground, survey_for_prune(request_.verify, *disk));
  const PrunePlan plan = plan_prune(*ground, request_.verify.lock);
  HUBWARD_TRY_VOID(tell_plan(plan));
  if (plan.steps.empty() || settings_.gate.dry_run) return {};
  HUBWARD_TRY(const bool may, may_delete(plan));
  if (!may) return {};
  HUBWARD_TRY_VOID(prune(request_.verify.cache_path, plan));
  if (!is_quiet()) say_line(fmt::format("deleted {}", format_size(plan.bytes())));
  HUBWARD_TRY(report_, verifier_.gate(request_));
  report_.actions.emplace();
  for (const PruneItem& item : plan.items) {
    report_.actions->push_back({"prune", item.path, item.why});
  }
  return {};
}

Result<bool> GateWay::may_delete(const PrunePlan& plan) const {
  if (settings_.gate.yes) return true;
  say(fmt::format("hubward: delete {} for ever? [y/N] ",
                  counted(plan.items.size(), "entry", "entries")));
  std::string answer;
  std::getline(std::cin, answer);
  if (answer == "y" || answer == "Y" || answer == "yes") return true;
  say_line("nothing is deleted");
  return false;
}

std::string GateWay::plan_text(const PrunePlan& plan, std::size_t most) const {
  std::string text;
  const std::size_t shown = std::min(plan.items.size(), most);
  for (std::size_t i = 0; i < shown; ++i) {
    const PruneItem& item = plan.items[i];
    text +=
        fmt::format("delete {:>8}  {} ({})\n", format_size(item.bytes), show(item.path), item.why);
  }
  if (shown < plan.items.size()) {
    text += fmt::format("delete … and {} more (--dry-run lists them)\n", plan.items.size() - shown);
  }
  if (settings_.verbosity == Verbosity::verbose || settings_.gate.dry_run) {
    for (const std::string& line : plan.spared) text += "keep   " + line + "\n";
  }
  text += plan.items.empty()
              ? std::string("nothing to delete: all of the cache is needed\n")
              : fmt::format("{}, {}\n", counted(plan.items.size(), "entry", "entries"),
                            format_size(plan.bytes()));
  return text;
}

/// A plan that is not carried out is a result; one that is, a word on the way.
Result<void> GateWay::tell_plan(const PrunePlan& plan) const {
  if (settings_.gate.dry_run && writes_text_to_output()) {
    return write_standard_output(plan_text(plan, plan.items.size()));
  }
  if (is_quiet() && settings_.gate.yes) return {};
  say(plan_text(plan, settings_.gate.dry_run ? plan.items.size() : kMostItemsShown));
  return {};
}

bool GateWay::writes_text_to_output() const {
  return !settings_.output &&
         std::ranges::any_of(settings_.formats, [](const FormatTarget& target) {
           return target.is(kTextFormat) && !target.file;
         });
}

Result<void> GateWay::tell_fit() const {
  const bool is_fit = report_.verdict == Verdict::complete;
  if (writes_text_to_output()) {
    HUBWARD_TRY_VOID(write_standard_output(is_fit ? "fit=true\n" : "fit=false\n"));
  }
  tell_github(report_, Command::gate, settings_, surroundings_,
              {{"fit", is_fit ? "true" : "false"}});
  return {};
}

Result<void> expect_an_answer(const Settings& settings) {
  const GateSettings& gate = settings.gate;
  if (!gate.prune || gate.yes || gate.dry_run) return {};
  if (is_terminal(STDIN_FILENO) && is_terminal(STDERR_FILENO)) return {};
  return fail(ErrorKind::usage, "--prune",
              "deletes, and here is no terminal to ask on: add --yes, or look at what it would "
              "delete with --dry-run");
}

/// `gate --saving A B`: the words behind it are paths, too.
Result<Settings> settings_for(const Settings& settings, const CommandLine& line) {
  Settings own = settings;
  own.scope = Scope::all;
  own.level = Level::content;
  if (!line.words.empty() && own.gate.saving.empty()) {
    return fail(ErrorKind::usage, "",
                fmt::format("`gate` judges the whole cache and takes no REPO: `{}`",
                            show(line.words.front(), 100)));
  }
  own.gate.saving.insert(own.gate.saving.end(), line.words.begin(), line.words.end());
  return own;
}

}  // namespace

int gate_command(const CommandLine& line, const Settings& settings,
                 const Surroundings& surroundings) {
  const auto refuse = [&](const Error& error, Input input) {
    return report_failure(Refusal{error, input}, line.command, surroundings.tokens);
  };
  const auto own = settings_for(settings, line);
  if (!own) return refuse(own.error(), Input::command_line);
  if (const auto asked = expect_an_answer(*own); !asked) {
    return refuse(asked.error(), Input::command_line);
  }
  CommandLine without_words = line;
  without_words.words.clear();
  const NeedsManifest needs = own->gate.prune ? NeedsManifest::yes : NeedsManifest::no;
  const auto prepared = prepare(*own, without_words, surroundings, needs);
  if (!prepared) return report_failure(prepared.error(), line.command, surroundings.tokens);
  if (const auto writable = expect_all_writable(*own); !writable) {
    return refuse(writable.error(), Input::command_line);
  }
  GateWay way(*prepared, *own, surroundings);
  const auto code = way.go();
  return code ? *code : refuse(code.error(), Input::cache);
}

}  // namespace hubward
