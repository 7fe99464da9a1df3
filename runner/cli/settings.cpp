#include "runner/cli/settings.h"

#include "runner/cli/opposites.h"
#include "runner/cli/place_flags.h"
#include "runner/cli/terminal.h"
#include "runner/cli/wishes.h"
#include "verifier/text/show.h"
#include "verifier/text/units.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace hubward {
namespace {

constexpr int kMostJobs = 1024;
constexpr int kMostParallel = 64;
constexpr int kMostRetries = 100;

template <class Value>
struct Word {
  std::string_view text;
  Value value;
};

constexpr Word<Level> kLevels[] = {
    {"layout", Level::layout}, {"size", Level::size}, {"content", Level::content}};
constexpr Word<Basis> kBases[] = {
    {"assumed", Basis::assumed}, {"tree", Basis::tree}, {"lock", Basis::lock}};
constexpr Word<ColourChoice> kColours[] = {{"auto", ColourChoice::automatic},
                                           {"always", ColourChoice::always},
                                           {"never", ColourChoice::never}};
constexpr Word<LogLevel> kLogLevels[] = {{"debug", LogLevel::debug},
                                         {"info", LogLevel::info},
                                         {"warning", LogLevel::warning},
                                         {"error", LogLevel::error},
                                         {"off", LogLevel::off}};
constexpr Word<GuardMode> kGuards[] = {
    {"off", GuardMode::off}, {"observe", GuardMode::observe}, {"enforce", GuardMode::enforce}};

constexpr Word<GuardWith> kGuardsWith[] = {
    {"auto", GuardWith::automatic}, {"seccomp", GuardWith::seccomp}, {"netns", GuardWith::netns}};

template <class Value, std::size_t N>
std::vector<std::string_view> texts_of(const Word<Value> (&words)[N]) {
  std::vector<std::string_view> texts;
  for (const Word<Value>& word : words) texts.push_back(word.text);
  return texts;
}

template <class Value, std::size_t N>
Result<std::optional<Value>> word_of(const std::optional<Wish>& wish,
                                     const Word<Value> (&words)[N]) {
  if (!wish) return std::optional<Value>();
  for (const Word<Value>& word : words) {
    if (word.text == wish->text) return std::optional<Value>(word.value);
  }
  return none_of(*wish, texts_of(words));
}

std::vector<std::string_view> format_names() {
  std::vector<std::string_view> names;
  for (const ReportFormat& format : report_formats()) names.push_back(format.name);
  return names;
}

Result<const ReportFormat*> format_named(const Wish& wish, std::string_view name) {
  for (const ReportFormat& format : report_formats()) {
    if (format.name == name) return &format;
  }
  return none_of(Wish{std::string(name), wish.origin, wish.is_from_environment}, format_names());
}

/// These write a Report, or leave it alone as `run` does. All others answer by text or JSON.
constexpr Commands kReports = {Command::merge, Command::verify, Command::run,
                               Command::fetch, Command::repair, Command::gate};

/// Why the command cannot write it; empty when it can.
std::string hindrance_of(Command command, const FormatTarget& target) {
  const bool is_of_reports =
      !target.is(kTextFormat) && !target.is(kJsonFormat) && !target.is(kGithubFormat);
  if (is_of_reports && !kReports.contains(command)) {
    return fmt::format("`{}` is a format of reports, and `{}` writes none: text or json",
                       target.format->name, to_string(command));
  }
  if (command == Command::merge && target.format->needs == FormatNeeds::files) {
    return fmt::format(
        "`{}` tells of each file, and the reports of shards name the faulty ones alone",
        target.format->name);
  }
  return {};
}

Result<FormatTarget> format_target(const Wish& wish, std::string_view text) {
  const std::size_t equals = text.find('=');
  const std::string_view name = text.substr(0, equals);
  FormatTarget target;
  HUBWARD_TRY(target.format, format_named(wish, name));
  if (equals == std::string_view::npos) return target;
  target.file = std::string(text.substr(equals + 1));
  if (target.file->empty()) {
    return fail(ErrorKind::usage, wish.origin, fmt::format("`{}` names no file", show(text, 100)));
  }
  // As everywhere, "-" is the standard stream.
  if (*target.file == "-") target.file.reset();
  return target;
}

Result<std::vector<FormatTarget>> formats_of(const Wishes& wishes, Command command) {
  std::vector<FormatTarget> targets;
  std::size_t on_stdout = 0;
  std::string origin;
  for (const Wish& wish : wishes.all(Flag::format)) {
    // A variable holds several in one text; on the command line a comma is part of a file's name.
    std::string_view rest = wish.text;
    while (!rest.empty()) {
      const std::size_t comma = wish.is_from_environment ? rest.find(',') : std::string_view::npos;
      HUBWARD_TRY(FormatTarget target, format_target(wish, rest.substr(0, comma)));
      rest.remove_prefix(comma == std::string_view::npos ? rest.size() : comma + 1);
      if (std::string hindrance = hindrance_of(command, target); !hindrance.empty()) {
        // A variable is set for a whole job, and others in it write such reports.
        if (wish.is_from_environment) continue;
        return fail(ErrorKind::usage, wish.origin, std::move(hindrance));
      }
      if (!target.file) ++on_stdout;
      targets.push_back(std::move(target));
    }
    origin = wish.origin;
  }
  if (on_stdout > 1) {
    return fail(ErrorKind::usage, origin,
                "only one format can go to standard output; give the others a file, as json=FILE");
  }
  // A file beside does not silence the text that a person reads.
  if (on_stdout == 0) targets.insert(targets.begin(), FormatTarget{});
  return targets;
}

/// The later of two results in one file would be all that is left.
Result<void> expect_a_file_each(const Settings& settings) {
  std::set<std::string> taken;
  for (const FormatTarget& target : settings.formats) {
    const std::optional<std::string>& file = target.file ? target.file : settings.output;
    if (!file || taken.insert(std::filesystem::path(*file).lexically_normal().string()).second) {
      continue;
    }
    return fail(ErrorKind::usage, show(*file),
                "two formats cannot share it; give each its own file");
  }
  return {};
}

Result<std::optional<int>> number_of(const std::optional<Wish>& wish, int least, int most) {
  if (!wish) return std::optional<int>();
  int number = 0;
  const char* end = wish->text.data() + wish->text.size();
  const auto [stop, error] = std::from_chars(wish->text.data(), end, number);
  if (error != std::errc() || stop != end || number < least || number > most) {
    return fail(ErrorKind::usage, wish->origin,
                fmt::format("`{}` is no number from {} to {}", show(wish->text, 100), least, most));
  }
  return std::optional<int>(number);
}

Result<unsigned> jobs_of(const std::optional<Wish>& wish) {
  HUBWARD_TRY(const std::optional<int> jobs, number_of(wish, 1, kMostJobs));
  return static_cast<unsigned>(jobs.value_or(0));
}

Result<std::optional<std::chrono::seconds>> duration_of(const std::optional<Wish>& wish) {
  if (!wish) return std::optional<std::chrono::seconds>();
  const auto duration = parse_duration(wish->text);
  if (!duration) return fail(ErrorKind::usage, wish->origin, duration.error().what);
  return std::optional<std::chrono::seconds>(*duration);
}

Result<std::optional<Shard>> shard_of(const std::optional<Wish>& wish) {
  if (!wish) return std::optional<Shard>();
  const auto shard = parse_shard(wish->text);
  if (!shard) return fail(ErrorKind::usage, wish->origin, shard.error().what);
  return std::optional<Shard>(*shard);
}

Result<RunSettings> run_settings(const Wishes& wishes) {
  RunSettings run;
  HUBWARD_TRY(const bool offline, wishes.is_on(Flag::offline));
  HUBWARD_TRY(const bool frozen, wishes.is_on(Flag::frozen));
  run.offline = offline || frozen;
  HUBWARD_TRY(run.dry_run, wishes.is_on(Flag::dry_run));
  HUBWARD_TRY(run.drop_token, wishes.is_on(Flag::drop_token));
  HUBWARD_TRY(run.repair_hostile, wishes.is_on(Flag::repair_hostile));
  HUBWARD_TRY(run.timeout, duration_of(wishes.one(Flag::timeout)));
  HUBWARD_TRY(run.kill_after, duration_of(wishes.one(Flag::kill_after)));
  HUBWARD_TRY(run.guard, word_of(wishes.one(Flag::guard), kGuards));
  HUBWARD_TRY(run.guard_with, word_of(wishes.one(Flag::guard_with), kGuardsWith));
  run.report = wishes.text(Flag::report);
  run.quarantine = wishes.text(Flag::quarantine);
  return run;
}

Result<FetchSettings> fetch_settings(const Wishes& wishes) {
  FetchSettings fetch;
  HUBWARD_TRY(const bool plan, wishes.is_on(Flag::plan));
  HUBWARD_TRY(const bool dry_run, wishes.is_on(Flag::dry_run));
  fetch.plan_only = plan || dry_run;
  HUBWARD_TRY(const bool offline, wishes.is_on(Flag::offline));
  HUBWARD_TRY(const bool frozen, wishes.is_on(Flag::frozen));
  fetch.offline = offline || frozen;
  HUBWARD_TRY(fetch.parallel, number_of(wishes.one(Flag::parallel), 1, kMostParallel));
  HUBWARD_TRY(fetch.retries, number_of(wishes.one(Flag::retries), 0, kMostRetries));
  HUBWARD_TRY(fetch.deadline, duration_of(wishes.one(Flag::deadline)));
  HUBWARD_TRY(fetch.lock_timeout, duration_of(wishes.one(Flag::lock_timeout)));
  return fetch;
}

Result<std::optional<std::uint64_t>> size_of(const std::optional<Wish>& wish) {
  if (!wish) return std::optional<std::uint64_t>();
  const auto size = parse_size(wish->text);
  if (!size) return fail(ErrorKind::usage, wish->origin, size.error().what);
  return std::optional<std::uint64_t>(*size);
}

Result<RepairSettings> repair_settings(const Wishes& wishes) {
  RepairSettings repair;
  HUBWARD_TRY(repair.fetch, wishes.is_on(Flag::fetch));
  HUBWARD_TRY(repair.undo, wishes.is_on(Flag::undo));
  HUBWARD_TRY(repair.purge, wishes.is_on(Flag::purge));
  HUBWARD_TRY(repair.dry_run, wishes.is_on(Flag::dry_run));
  HUBWARD_TRY(repair.yes, wishes.is_on(Flag::yes));
  if (repair.undo && repair.purge) {
    return fail(ErrorKind::usage, "", "--undo and --purge contradict each other");
  }
  if (repair.fetch && (repair.undo || repair.purge)) {
    if (!wishes.one(Flag::fetch)->is_from_environment) {
      return fail(ErrorKind::usage, "--fetch", "downloads nothing beside --undo or --purge");
    }
    repair.fetch = false;
  }
  return repair;
}

Result<GateSettings> gate_settings(const Wishes& wishes) {
  GateSettings gate;
  for (const Wish& wish : wishes.all(Flag::saving)) gate.saving.push_back(wish.text);
  HUBWARD_TRY(gate.max_size, size_of(wishes.one(Flag::max_size)));
  HUBWARD_TRY(gate.max_orphans, size_of(wishes.one(Flag::max_orphans)));
  HUBWARD_TRY(gate.prune, wishes.is_on(Flag::prune));
  HUBWARD_TRY(gate.exit_zero, wishes.is_on(Flag::exit_zero));
  HUBWARD_TRY(gate.dry_run, wishes.is_on(Flag::dry_run));
  HUBWARD_TRY(gate.yes, wishes.is_on(Flag::yes));
  return gate;
}

Result<KeySettings> key_settings(const Wishes& wishes) {
  KeySettings key;
  HUBWARD_TRY(key.hash_files, wishes.is_on(Flag::hash_files));
  HUBWARD_TRY(key.restore_keys, wishes.is_on(Flag::restore_keys));
  HUBWARD_TRY(key.raw, wishes.is_on(Flag::raw));
  HUBWARD_TRY(key.bump, wishes.is_on(Flag::bump));
  return key;
}

Result<LockSettings> lock_settings(const Wishes& wishes, LockUse use) {
  LockSettings locking;
  HUBWARD_TRY(const bool check, wishes.is_on(Flag::check));
  HUBWARD_TRY(locking.moves_pins, wishes.is_on(Flag::update));
  HUBWARD_TRY(locking.sha256, wishes.is_on(Flag::sha256));
  locking.checks = check || use == LockUse::required;
  locking.writes = !locking.checks;
  if (!locking.checks) return locking;
  const std::string_view asked = check ? "--check" : "--locked";
  if (locking.moves_pins || locking.sha256) {
    return fail(ErrorKind::usage, "",
                fmt::format("{} writes nothing, and {} asks for it", asked,
                            locking.moves_pins ? "--update" : "--sha256"));
  }
  if (use == LockUse::ignored) {
    return fail(ErrorKind::usage, "", "--check needs the lock that --no-lock ignores");
  }
  return locking;
}

}  // namespace

std::vector<std::string_view> choices_of(Flag flag) {
  if (flag == Flag::format) return format_names();
  if (flag == Flag::level) return texts_of(kLevels);
  if (flag == Flag::require) return texts_of(kBases);
  if (flag == Flag::color) return texts_of(kColours);
  if (flag == Flag::log_level) return texts_of(kLogLevels);
  if (flag == Flag::guard) return texts_of(kGuards);
  if (flag == Flag::guard_with) return texts_of(kGuardsWith);
  return {};
}

Result<Settings> settle(const CommandLine& line, const EnvironmentView& environment) {
  const Wishes wishes(line, environment);
  Settings settings;
  settings.place_flags = place_flags_of(line);
  settings.quarantine_flag = quarantine_flag_of(line);
  settings.manifest = wishes.text(Flag::manifest);
  settings.lock = wishes.text(Flag::lock);
  HUBWARD_TRY(settings.lock_use, lock_use(wishes, line));
  settings.config = wishes.text(Flag::config);
  if (const auto wish = wishes.one(Flag::cache_dir)) {
    settings.cache_dir = wish->text;
    settings.cache_dir_is_from_environment = wish->is_from_environment;
  }
  HUBWARD_TRY(settings.level, word_of(wishes.one(Flag::level), kLevels));
  HUBWARD_TRY(settings.require, word_of(wishes.one(Flag::require), kBases));
  HUBWARD_TRY(const bool all, wishes.is_on(Flag::all));
  settings.scope = all ? Scope::all : Scope::manifest;
  HUBWARD_TRY(settings.shard, shard_of(wishes.one(Flag::shard)));
  HUBWARD_TRY(settings.formats, formats_of(wishes, line.command));
  settings.output = wishes.text(Flag::output);
  if (settings.output == "-") settings.output.reset();
  HUBWARD_TRY_VOID(expect_a_file_each(settings));
  HUBWARD_TRY(settings.jobs, jobs_of(wishes.one(Flag::jobs)));
  HUBWARD_TRY(settings.verbosity, verbosity_of(wishes, line));
  settings.lines_can_be_redrawn = knows_redrawing(environment);
  HUBWARD_TRY(const auto colour, word_of(wishes.one(Flag::color), kColours));
  settings.colour = colour.value_or(ColourChoice::automatic);
  HUBWARD_TRY(const auto log_level, word_of(wishes.one(Flag::log_level), kLogLevels));
  settings.log_level = log_level.value_or(LogLevel::warning);
  HUBWARD_TRY(const LedgerChoice ledger, ledger_choice(wishes, line));
  settings.ledger = ledger.is_wanted;
  settings.rechecks = ledger.rechecks;
  HUBWARD_TRY(settings.run, run_settings(wishes));
  HUBWARD_TRY(settings.fetch, fetch_settings(wishes));
  HUBWARD_TRY(settings.repair, repair_settings(wishes));
  HUBWARD_TRY(settings.gate, gate_settings(wishes));
  HUBWARD_TRY(settings.key, key_settings(wishes));
  HUBWARD_TRY(settings.doctor.online, wishes.is_on(Flag::online));
  if (line.command == Command::lock) {
    HUBWARD_TRY(settings.locking, lock_settings(wishes, settings.lock_use));
  }
  return settings;
}

}  // namespace hubward
