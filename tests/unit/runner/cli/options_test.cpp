#include "runner/cli/options.h"

#include <gtest/gtest.h>

namespace hubward {
namespace {

using Words = std::vector<std::string>;

CommandLine parsed(const Words& arguments) {
  auto line = parse_command_line(arguments);
  EXPECT_TRUE(line) << line.error().what;
  return line ? *line : CommandLine{};
}

std::string refusal(const Words& arguments) {
  const auto line = parse_command_line(arguments);
  EXPECT_FALSE(line);
  if (line) return "";
  EXPECT_EQ(line.error().kind, ErrorKind::usage);
  return line.error().what;
}

std::vector<Command> with_and_without_command() {
  std::vector<Command> all(commands().begin(), commands().end());
  all.push_back(Command::none);
  return all;
}

TEST(Options, GlobalFlagsStandBeforeOrAfterTheCommand) {
  const CommandLine before = parsed({"--cache-dir", "c", "-q", "verify", "gpt2"});
  const CommandLine after = parsed({"verify", "gpt2", "--cache-dir=c", "-q"});
  EXPECT_EQ(before.flags, after.flags);
  EXPECT_EQ(before.words, Words{"gpt2"});
  EXPECT_EQ(after.words, Words{"gpt2"});
  EXPECT_EQ(before.flags.at(Flag::cache_dir), Words{"c"});
}

TEST(Options, ACommandsOwnFlagMayStandBeforeItToo) {
  const CommandLine line = parsed({"--level", "size", "verify"});
  EXPECT_EQ(line.command, Command::verify);
  EXPECT_EQ(line.flags.at(Flag::level), Words{"size"});
}

TEST(Options, EveryFlagOfTheTableIsParsedByTheCommandsThatKnowIt) {
  for (const Command command : with_and_without_command()) {
    for (const FlagRow& row : flag_rows()) {
      if (!is_known_to(row, command)) continue;
      Words arguments = {shown_name(row)};
      if (row.takes != Takes::nothing) arguments.emplace_back("VALUE");
      if (command != Command::none) arguments.emplace_back(to_string(command));
      const CommandLine line = parsed(arguments);
      EXPECT_EQ(line.command, command);
      ASSERT_TRUE(line.flags.contains(row.flag)) << shown_name(row);
      EXPECT_EQ(line.flags.at(row.flag), Words{row.takes == Takes::nothing ? "true" : "VALUE"})
          << shown_name(row);
    }
  }
}

TEST(Options, ShortFlagsMayBeJoinedAndCarryTheirValue) {
  const CommandLine line = parsed({"verify", "-vj4", "-ofile"});
  EXPECT_EQ(line.flags.at(Flag::jobs), Words{"4"});
  EXPECT_EQ(line.flags.at(Flag::output), Words{"file"});
  EXPECT_TRUE(line.flags.contains(Flag::verbose));
}

TEST(Options, RepeatedFormatsAreAllKept) {
  const CommandLine line = parsed({"--format", "text", "verify", "--format", "json=a,b"});
  EXPECT_EQ(line.flags.at(Flag::format), (Words{"text", "json=a,b"}));
}

TEST(Options, OfARepeatedSingleValueTheLastCounts) {
  EXPECT_EQ(parsed({"verify", "--level", "size", "--level", "layout"}).flags.at(Flag::level),
            Words{"layout"});
}

TEST(Options, AValueInBracketsIsOneValue) {
  EXPECT_EQ(parsed({"verify", "--manifest", "[a,b]"}).flags.at(Flag::manifest), Words{"[a,b]"});
}

TEST(Options, ADashAloneIsAValue) {
  EXPECT_EQ(parsed({"verify", "--manifest", "-"}).flags.at(Flag::manifest), Words{"-"});
}

TEST(Options, UnderRunTheFirstWordAndAllThatFollowsBelongToCmd) {
  const CommandLine line = parsed({"-q", "run", "--offline", "rake", "-v", "--level", "x", "--"});
  EXPECT_EQ(line.run_command, (Words{"rake", "-v", "--level", "x", "--"}));
  EXPECT_TRUE(line.flags.contains(Flag::quiet));
  EXPECT_TRUE(line.flags.contains(Flag::offline));
  EXPECT_FALSE(line.flags.contains(Flag::level));
}

TEST(Options, UnderRunTwoDashesEndTheFlagsAndAreNotPassedOn) {
  const CommandLine line = parsed({"run", "--", "--odd-program", "--"});
  EXPECT_EQ(line.run_command, (Words{"--odd-program", "--"}));
}

TEST(Options, UnderRunAFlagsValueIsNotTakenForCmd) {
  const CommandLine line = parsed({"run", "--timeout", "5m", "-j", "2", "-qj", "3", "true"});
  EXPECT_EQ(line.run_command, Words{"true"});
  EXPECT_EQ(line.flags.at(Flag::timeout), Words{"5m"});
}

TEST(Options, RunWithoutCmdHasNone) {
  EXPECT_TRUE(parsed({"run"}).run_command.empty());
  EXPECT_TRUE(parsed({"run", "--"}).run_command.empty());
}

TEST(Options, UnderVerifyTwoDashesMakeAWordOfAFlag) {
  EXPECT_EQ(parsed({"verify", "--", "--all"}).words, Words{"--all"});
}

TEST(Options, ACommandsNameMayBeARepo) {
  EXPECT_EQ(parsed({"verify", "run", "help"}).words, (Words{"run", "help"}));
}

TEST(Options, AnUnknownFlagNamesTheNearest) {
  EXPECT_EQ(refusal({"verify", "--manifset", "x"}),
            "unknown flag `--manifset`; the nearest known one is `--manifest`");
  EXPECT_EQ(refusal({"run", "--dryrun", "true"}),
            "unknown flag `--dryrun`; the nearest known one is `--dry-run`");
}

TEST(Options, AFlagLikeNoOtherIsNotGuessedAt) {
  EXPECT_EQ(refusal({"run", "--on-incomplete", "fail", "true"}), "unknown flag `--on-incomplete`");
}

TEST(Options, AnUnknownShortFlagIsNamedAlone) {
  EXPECT_EQ(refusal({"verify", "-x"}), "unknown flag `-x`");
}

TEST(Options, AFlagOfAnotherCommandIsCalledSo) {
  EXPECT_EQ(refusal({"verify", "--dry-run"}), "`verify` does not know the flag `--dry-run`");
  EXPECT_EQ(refusal({"run", "--all", "true"}), "`run` does not know the flag `--all`");
  EXPECT_EQ(refusal({"--all"}), "`--all` needs a command");
}

TEST(Options, AFlagWithoutItsValueIsNamed) {
  EXPECT_EQ(refusal({"verify", "--manifest"}), "`--manifest` needs a value");
  EXPECT_EQ(refusal({"verify", "--manifest=", "x"}), "`--manifest` needs a value");
  EXPECT_EQ(refusal({"verify", "--manifest", ""}), "`--manifest` needs a value");
  EXPECT_EQ(refusal({"verify", "-qj"}), "`--jobs` needs a value");
  EXPECT_EQ(refusal({"--explain"}), "`--explain` needs a value");
}

TEST(Options, AMistypedCommandNamesTheNearest) {
  EXPECT_EQ(refusal({"verfy"}), "no such command in this version: `verfy`; did you mean `verify`?");
  EXPECT_EQ(refusal({"frobnicate"}), "no such command in this version: `frobnicate`");
}

TEST(Options, OnlyVerifyIsSplitAmongShards) {
  for (const std::string command : {"run", "fetch", "lock", "repair", "gate", "key", "doctor"}) {
    EXPECT_EQ(refusal({command, "--shard", "1/2"}),
              "`" + command + "` does not know the flag `--shard`");
  }
}

TEST(Options, MergeTakesNoFlagThatIsAboutACache) {
  for (const std::string flag : {"--manifest", "--cache-dir", "--lock", "--jobs"}) {
    EXPECT_EQ(refusal({"merge", flag, "x"}), "`merge` does not know the flag `" + flag + "`");
  }
}

TEST(CommandOf, TellsRunEvenWhenTheRestIsWrong) {
  EXPECT_EQ(command_of({"--bogus", "run", "--worse", "true"}), Command::run);
  EXPECT_EQ(command_of({"verify", "run"}), Command::verify);
  EXPECT_EQ(command_of({"--manifest", "run"}), Command::none);
  EXPECT_EQ(command_of({}), Command::none);
}

}  // namespace
}  // namespace hubward
