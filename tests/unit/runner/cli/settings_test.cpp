#include "runner/cli/settings.h"

#include <gtest/gtest.h>

namespace hubward {
namespace {

using Words = std::vector<std::string>;
using std::chrono::seconds;

Result<Settings> settled(Words arguments, const EnvironmentView& environment,
                         const std::string& command) {
  arguments.insert(arguments.begin(), command);
  const auto line = parse_command_line(arguments);
  EXPECT_TRUE(line) << line.error().what;
  return settle(*line, environment);
}

Settings of(const Words& arguments, const EnvironmentView& environment = {},
            const std::string& command = "verify") {
  auto settings = settled(arguments, environment, command);
  EXPECT_TRUE(settings) << settings.error().where << ": " << settings.error().what;
  return settings ? *settings : Settings{};
}

/// "WHERE: WHAT" of the usage error.
std::string refusal(const Words& arguments, const EnvironmentView& environment = {},
                    const std::string& command = "verify") {
  const auto settings = settled(arguments, environment, command);
  EXPECT_FALSE(settings);
  if (settings) return "";
  EXPECT_EQ(settings.error().kind, ErrorKind::usage);
  return settings.error().where + ": " + settings.error().what;
}

TEST(Settings, AreTheDefaultsWhenNobodySaysAnything) {
  const Settings settings = of({});
  EXPECT_EQ(settings.manifest, std::nullopt);
  EXPECT_EQ(settings.lock_use, LockUse::if_present);
  EXPECT_EQ(settings.scope, Scope::manifest);
  EXPECT_EQ(settings.level, std::nullopt);
  EXPECT_EQ(settings.jobs, 0U);
  EXPECT_EQ(settings.verbosity, Verbosity::normal);
  EXPECT_EQ(settings.colour, ColourChoice::automatic);
  ASSERT_EQ(settings.formats.size(), 1U);
  EXPECT_TRUE(settings.formats[0].is("text"));
  EXPECT_EQ(settings.formats[0].file, std::nullopt);
}

TEST(Settings, TakeAShardFromFlagAndVariable) {
  EXPECT_EQ(of({}).shard, std::nullopt);
  EXPECT_EQ(to_string(of({"--shard", "3/16"}).shard.value()), "3/16");
  EXPECT_EQ(to_string(of({}, {{"HUBWARD_SHARD", "2/2"}}).shard.value()), "2/2");
  EXPECT_EQ(of({}, {{"HUBWARD_SHARD", "2/2"}}, "gate").shard, std::nullopt);
}

TEST(Settings, SayOfAnIndexFromZeroWhatToDo) {
  EXPECT_EQ(refusal({"--shard", "0/4"}),
            "--shard: `0/4` is no shard: the first is 1, so add one to an index from 0");
  EXPECT_TRUE(refusal({}, {{"HUBWARD_SHARD", "x"}}).starts_with("HUBWARD_SHARD: `x` is not I/N"));
}

TEST(Settings, TakeEachFlagOfVerify) {
  const Settings settings =
      of({"--manifest=m", "--lock=l", "--locked", "--config=c", "--cache-dir=d", "-o", "out", "-j8",
          "-v", "--no-ledger", "--color=never", "--log-level=debug", "--all", "--level=layout",
          "--require=tree"});
  EXPECT_EQ(settings.manifest, "m");
  EXPECT_EQ(settings.lock, "l");
  EXPECT_EQ(settings.lock_use, LockUse::required);
  EXPECT_EQ(settings.config, "c");
  EXPECT_EQ(settings.cache_dir, "d");
  EXPECT_FALSE(settings.cache_dir_is_from_environment);
  EXPECT_EQ(settings.output, "out");
  EXPECT_EQ(settings.jobs, 8U);
  EXPECT_EQ(settings.verbosity, Verbosity::verbose);
  EXPECT_EQ(settings.ledger, false);
  EXPECT_EQ(settings.colour, ColourChoice::never);
  EXPECT_EQ(settings.log_level, LogLevel::debug);
  EXPECT_EQ(settings.scope, Scope::all);
  EXPECT_EQ(settings.level, Level::layout);
  EXPECT_EQ(settings.require, Basis::tree);
}

TEST(Settings, AFlagForOrAgainstALedgerBeatsAVariableAndTwoContradict) {
  EXPECT_EQ(of({}).ledger, std::nullopt);
  EXPECT_EQ(of({"--ledger"}).ledger, true);
  EXPECT_EQ(of({}, {{"HUBWARD_LEDGER", "1"}}).ledger, true);
  EXPECT_EQ(of({}, {{"HUBWARD_LEDGER", "0"}}).ledger, false);
  EXPECT_EQ(of({"--ledger"}, {{"HUBWARD_NO_LEDGER", "1"}}).ledger, true);
  EXPECT_EQ(of({"--no-ledger"}, {{"HUBWARD_LEDGER", "1"}}).ledger, false);
  const std::string contradiction = ": --ledger and --no-ledger contradict each other";
  EXPECT_EQ(refusal({"--ledger", "--no-ledger"}), contradiction);
  EXPECT_EQ(refusal({}, {{"HUBWARD_LEDGER", "1"}, {"HUBWARD_NO_LEDGER", "1"}}), contradiction);
}

TEST(Settings, ALedgerIsNotRenewedAndRefusedAtOnce) {
  const std::string contradiction =
      ": --recheck renews what the ledger has, and --no-ledger keeps none: --no-ledger alone reads "
      "every blob too";
  EXPECT_EQ(refusal({"--recheck", "--no-ledger"}), contradiction);
  EXPECT_EQ(refusal({}, {{"HUBWARD_RECHECK", "1"}, {"HUBWARD_NO_LEDGER", "1"}}), contradiction);
  EXPECT_EQ(of({"--recheck"}, {{"HUBWARD_NO_LEDGER", "1"}}).ledger, std::nullopt);
  EXPECT_TRUE(of({"--recheck"}, {{"HUBWARD_NO_LEDGER", "1"}}).rechecks);
  EXPECT_EQ(of({"--no-ledger"}, {{"HUBWARD_RECHECK", "1"}}).ledger, false);
  EXPECT_FALSE(of({"--no-ledger"}, {{"HUBWARD_RECHECK", "1"}}).rechecks);
  EXPECT_TRUE(of({"--recheck", "--ledger"}).rechecks);
}

TEST(Settings, TakeEachVariableOfVerify) {
  const Settings settings = of({}, {{"HUBWARD_MANIFEST", "m"},
                                    {"HUBWARD_LOCK", "l"},
                                    {"HUBWARD_LOCKED", "yes"},
                                    {"HUBWARD_CONFIG", "c"},
                                    {"HUBWARD_CACHE_DIR", "d"},
                                    {"HUBWARD_OUTPUT", "out"},
                                    {"HUBWARD_FORMAT", "json"},
                                    {"HUBWARD_JOBS", "8"},
                                    {"HUBWARD_VERBOSE", "1"},
                                    {"HUBWARD_NO_LEDGER", "on"},
                                    {"HUBWARD_COLOR", "always"},
                                    {"HUBWARD_LOG_LEVEL", "off"},
                                    {"HUBWARD_ALL", "TRUE"},
                                    {"HUBWARD_LEVEL", "size"},
                                    {"HUBWARD_REQUIRE", "lock"}});
  EXPECT_EQ(settings.manifest, "m");
  EXPECT_EQ(settings.lock, "l");
  EXPECT_EQ(settings.lock_use, LockUse::required);
  EXPECT_EQ(settings.config, "c");
  EXPECT_EQ(settings.cache_dir, "d");
  EXPECT_TRUE(settings.cache_dir_is_from_environment);
  EXPECT_EQ(settings.output, "out");
  EXPECT_TRUE(settings.formats.at(0).is("json"));
  EXPECT_EQ(settings.jobs, 8U);
  EXPECT_EQ(settings.verbosity, Verbosity::verbose);
  EXPECT_EQ(settings.ledger, false);
  EXPECT_EQ(settings.colour, ColourChoice::always);
  EXPECT_EQ(settings.log_level, LogLevel::off);
  EXPECT_EQ(settings.scope, Scope::all);
  EXPECT_EQ(settings.level, Level::size);
  EXPECT_EQ(settings.require, Basis::lock);
}

TEST(Settings, TakeEachFlagOfRun) {
  const Settings settings = of(
      {"--frozen", "--dry-run", "--drop-token", "--repair-hostile", "--report=r", "--quarantine=q",
       "--timeout=15m", "--kill-after=5s", "--guard=off", "--guard-with=netns", "--level=size"},
      {}, "run");
  EXPECT_EQ(settings.lock_use, LockUse::required);
  EXPECT_TRUE(settings.run.offline);
  EXPECT_TRUE(settings.run.dry_run);
  EXPECT_TRUE(settings.run.drop_token);
  EXPECT_TRUE(settings.run.repair_hostile);
  EXPECT_EQ(settings.run.report, "r");
  EXPECT_EQ(settings.run.quarantine, "q");
  EXPECT_EQ(settings.run.timeout, seconds(900));
  EXPECT_EQ(settings.run.kill_after, seconds(5));
  EXPECT_EQ(settings.run.guard, GuardMode::off);
  EXPECT_EQ(settings.run.guard_with, GuardWith::netns);
  EXPECT_EQ(settings.level, Level::size);
}

TEST(Settings, TakeEachVariableOfRun) {
  const Settings settings = of({},
                               {{"HUBWARD_OFFLINE", "1"},
                                {"HUBWARD_DRY_RUN", "1"},
                                {"HUBWARD_DROP_TOKEN", "1"},
                                {"HUBWARD_REPAIR_HOSTILE", "1"},
                                {"HUBWARD_REPORT", "r"},
                                {"HUBWARD_QUARANTINE", "q"},
                                {"HUBWARD_TIMEOUT", "2h"},
                                {"HUBWARD_KILL_AFTER", "1s"},
                                {"HUBWARD_GUARD", "observe"},
                                {"HUBWARD_GUARD_WITH", "seccomp"}},
                               "run");
  EXPECT_TRUE(settings.run.offline);
  EXPECT_TRUE(settings.run.dry_run);
  EXPECT_TRUE(settings.run.drop_token);
  EXPECT_TRUE(settings.run.repair_hostile);
  EXPECT_EQ(settings.run.report, "r");
  EXPECT_EQ(settings.run.quarantine, "q");
  EXPECT_EQ(settings.run.timeout, seconds(7200));
  EXPECT_EQ(settings.run.kill_after, seconds(1));
  EXPECT_EQ(settings.run.guard, GuardMode::observe);
  EXPECT_EQ(settings.run.guard_with, GuardWith::seccomp);
}

TEST(Settings, AFlagBeatsItsVariable) {
  const Settings settings = of({"--level=layout", "--cache-dir=flag"},
                               {{"HUBWARD_LEVEL", "size"}, {"HUBWARD_CACHE_DIR", "variable"}});
  EXPECT_EQ(settings.level, Level::layout);
  EXPECT_EQ(settings.cache_dir, "flag");
  EXPECT_FALSE(settings.cache_dir_is_from_environment);
}

TEST(Settings, AVariableThatAFlagBeatsMayBeWrong) {
  EXPECT_EQ(of({"--level=layout"}, {{"HUBWARD_LEVEL", "full"}}).level, Level::layout);
}

TEST(Settings, AnEmptyVariableIsUnset) {
  EXPECT_EQ(of({}, {{"HUBWARD_LEVEL", ""}, {"HUBWARD_ALL", ""}}).level, std::nullopt);
}

TEST(Settings, AVariableOfAnotherCommandIsNotLookedAt) {
  EXPECT_EQ(of({}, {{"HUBWARD_ALL", "nonsense"}}, "run").scope, Scope::manifest);
}

TEST(Settings, AWrongVariableIsNamedByItsName) {
  EXPECT_EQ(refusal({}, {{"HUBWARD_LEVEL", "full"}}),
            "HUBWARD_LEVEL: `full` is none of layout, size, content");
  EXPECT_EQ(refusal({}, {{"HUBWARD_JOBS", "many"}}),
            "HUBWARD_JOBS: `many` is no number from 1 to 1024");
  EXPECT_EQ(refusal({}, {{"HUBWARD_NO_LOCK", "perhaps"}}),
            "HUBWARD_NO_LOCK: `perhaps` is neither 1 nor 0");
  EXPECT_EQ(refusal({}, {{"HUBWARD_COLOR", "red"}}),
            "HUBWARD_COLOR: `red` is none of auto, always, never");
}

TEST(Settings, AWrongFlagIsNamedByItsName) {
  EXPECT_EQ(refusal({"--require=all"}), "--require: `all` is none of assumed, tree, lock");
  EXPECT_EQ(refusal({"-j", "0"}), "--jobs: `0` is no number from 1 to 1024");
  EXPECT_EQ(refusal({"-j", "1025"}), "--jobs: `1025` is no number from 1 to 1024");
  EXPECT_EQ(refusal({"-j", "4x"}), "--jobs: `4x` is no number from 1 to 1024");
  EXPECT_TRUE(refusal({"--timeout=5"}, {}, "run").starts_with("--timeout: "));
}

TEST(Settings, HostileBytesInAValueAreShownEscaped) {
  EXPECT_EQ(refusal({"--level=\x1b[31m"}), "--level: `\\x1b[31m` is none of layout, size, content");
}

TEST(Formats, AFileBesideKeepsTheTextForStandardOutput) {
  const Settings settings = of({"--format=json=report.json"});
  ASSERT_EQ(settings.formats.size(), 2U);
  EXPECT_TRUE(settings.formats[0].is("text"));
  EXPECT_EQ(settings.formats[0].file, std::nullopt);
  EXPECT_TRUE(settings.formats[1].is("json"));
  EXPECT_EQ(settings.formats[1].file, "report.json");
}

TEST(Formats, AVariableHoldsSeveralWithCommas) {
  const Settings settings = of({}, {{"HUBWARD_FORMAT", "text=a,json=b"}});
  ASSERT_EQ(settings.formats.size(), 3U);
  EXPECT_EQ(settings.formats[1].file, "a");
  EXPECT_EQ(settings.formats[2].file, "b");
}

TEST(Formats, OnAFlagACommaBelongsToTheFile) {
  EXPECT_EQ(of({"--format=json=a,b"}).formats.at(1).file, "a,b");
}

TEST(Formats, ADashAsFileIsStandardOutput) {
  EXPECT_EQ(of({"--format=json=-"}).formats.at(0).file, std::nullopt);
  EXPECT_EQ(of({"--output=-"}).output, std::nullopt);
}

TEST(Formats, TwoForStandardOutputAreRefused) {
  EXPECT_TRUE(refusal({"--format=json", "--format=text"}).starts_with("--format: only one format"));
}

TEST(Formats, AreThoseOfTheTableForAllThatWritesAReport) {
  for (const std::string command : {"verify", "run", "fetch", "repair", "gate"}) {
    for (const ReportFormat& format : report_formats()) {
      const std::string asked = "--format=" + std::string(format.name);
      EXPECT_TRUE(of({asked}, {}, command).formats.at(0).is(format.name)) << command << asked;
    }
  }
}

TEST(Formats, OfReportsAreRefusedWhereTheAnswerIsNone) {
  for (const std::string command : {"lock", "key", "doctor"}) {
    EXPECT_EQ(refusal({"--format=jsonl"}, {}, command),
              "--format: `jsonl` is a format of reports, and `" + command +
                  "` writes none: text or json");
    EXPECT_TRUE(of({"--format=github"}, {}, command).formats.at(0).is("github"));
  }
}

TEST(Formats, CannotShareAFile) {
  const std::string fault = ": two formats cannot share it; give each its own file";
  EXPECT_EQ(refusal({"--format=json=a", "--format=jsonl=a"}, {}, "verify"), "a" + fault);
  EXPECT_EQ(refusal({"--format=json=a", "--format=jsonl=b/.././a"}, {}, "verify"),
            "b/.././a" + fault);
  EXPECT_EQ(refusal({"--format=text", "--format=json=a", "-oa"}, {}, "verify"), "a" + fault);
  EXPECT_EQ(of({"--format=json=a", "--format=jsonl=b"}, {}, "verify").formats.size(), 3U);
}

TEST(Formats, ThatTellsOfEachFileIsRefusedWhereReportsOfShardsAreJoined) {
  EXPECT_EQ(refusal({"--format=junit"}, {}, "merge"),
            "--format: `junit` tells of each file, and the reports of shards name the faulty ones "
            "alone");
  EXPECT_TRUE(of({"--format=sarif"}, {}, "merge").formats.at(0).is("sarif"));
}

TEST(Formats, OfReportsInAVariableAreForThoseThatWriteReports) {
  const EnvironmentView job = {{"HUBWARD_FORMAT", "jsonl=lines,json"}};
  EXPECT_EQ(of({}, job).formats.size(), 2U);
  const Settings key = of({}, job, "key");
  ASSERT_EQ(key.formats.size(), 1U);
  EXPECT_TRUE(key.formats[0].is("json"));
  EXPECT_TRUE(of({}, {{"HUBWARD_FORMAT", "jsonl"}}, "lock").formats.at(0).is("text"));
}

TEST(Formats, AnUnknownOneNamesTheKnown) {
  EXPECT_EQ(refusal({"--format=yaml"}),
            "--format: `yaml` is none of text, json, jsonl, github, sarif, junit");
}

TEST(Formats, AFormatWithoutItsFileIsRefused) {
  EXPECT_EQ(refusal({"--format", "json="}), "--format: `json=` names no file");
}

TEST(LockUse, IsIgnoredByNoLockAlone) {
  EXPECT_EQ(of({"--no-lock"}).lock_use, LockUse::ignored);
  EXPECT_EQ(of({}, {{"HUBWARD_NO_LOCK", "1"}}).lock_use, LockUse::ignored);
  EXPECT_EQ(of({"--no-lock"}, {{"HUBWARD_LOCKED", "1"}, {"HUBWARD_LOCK", "l"}}).lock_use,
            LockUse::ignored);
}

TEST(LockUse, AFlagThatAsksForALockBeatsTheVariableThatIgnoresIt) {
  EXPECT_EQ(of({"--locked"}, {{"HUBWARD_NO_LOCK", "1"}}).lock_use, LockUse::required);
  EXPECT_EQ(of({"--lock=l"}, {{"HUBWARD_NO_LOCK", "1"}}).lock_use, LockUse::if_present);
}

TEST(LockUse, ContradictionsOfOneStandingAreRefused) {
  EXPECT_NE(refusal({"--no-lock", "--locked"}).find("contradicts"), std::string::npos);
  EXPECT_NE(refusal({"--no-lock", "--lock=l"}).find("contradicts"), std::string::npos);
  EXPECT_NE(refusal({"--no-lock", "--frozen"}, {}, "run").find("contradicts"), std::string::npos);
  EXPECT_NE(refusal({}, {{"HUBWARD_NO_LOCK", "1"}, {"HUBWARD_LOCKED", "1"}}).find("contradicts"),
            std::string::npos);
}

TEST(VerbosityOf, TheFlagBeatsTheOppositeVariable) {
  EXPECT_EQ(of({"-v"}, {{"HUBWARD_QUIET", "1"}}).verbosity, Verbosity::verbose);
  EXPECT_EQ(of({"-q"}, {{"HUBWARD_VERBOSE", "1"}}).verbosity, Verbosity::quiet);
  EXPECT_NE(refusal({"-q", "-v"}).find("contradict"), std::string::npos);
}

/// The command that knows the flag; any, where all do.
std::string one_that_knows(const FlagRow& row) {
  for (const Command command : commands()) {
    if (is_known_to(row, command)) return std::string(to_string(command));
  }
  return "";
}

TEST(Settings, TellOfEachFlagTheWordsThatItTakes) {
  std::size_t with_words = 0;
  for (const FlagRow& row : flag_rows()) {
    const std::string command = one_that_knows(row);
    if (row.takes == Takes::nothing || row.long_name.empty() || command.empty()) continue;
    const auto wrong = settled({shown_name(row), "nonsense"}, {}, command);
    std::string known;
    for (const std::string_view word : choices_of(row.flag)) {
      EXPECT_TRUE(settled({shown_name(row), std::string(word)}, {}, command)) << row.long_name;
      known += (known.empty() ? "" : ", ") + std::string(word);
    }
    const std::string refused = wrong ? "" : wrong.error().what;
    const std::string beginning = "`nonsense` is none of ";
    const bool takes_words = refused.starts_with(beginning);
    EXPECT_EQ(takes_words ? refused.substr(beginning.size()) : "", known) << row.long_name;
    if (takes_words) ++with_words;
  }
  EXPECT_GE(with_words, 7U);
}

}  // namespace
}  // namespace hubward
