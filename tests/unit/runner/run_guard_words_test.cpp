#include "runner/run_guard_words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace hubward::test {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

GuardAttempt curl() {
  GuardAttempt attempt;
  attempt.refused = true;
  attempt.pid = 12;
  attempt.program = "/usr/bin/curl";
  attempt.arguments = {"curl", "-s", "https://example.org/"};
  attempt.chain = {{11, "sh"}, {10, "rake"}};
  attempt.address = "192.0.2.1";
  attempt.port = 443;
  attempt.call = "connect";
  return attempt;
}

GuardReport report_of(std::vector<GuardAttempt> leaks) {
  GuardReport report{.mode = "enforce", .mechanism = "seccomp", .names = "own_network"};
  report.attempts = 0;
  for (const GuardAttempt& leak : leaks) *report.attempts += leak.count;
  report.leaks = std::move(leaks);
  return report;
}

TEST(RunGuardWords, ALineNamesTargetAskerAndParents) {
  EXPECT_EQ(guard_lines(report_of({curl()})),
            "hubward: guard: refused: 192.0.2.1 port 443, by curl -s https://example.org/ (pid 12) "
            "< sh (11) < rake (10)\n");
}

TEST(RunGuardWords, AHostStandsBeforeItsAddressAndSeveralTimesAreCounted) {
  GuardAttempt attempt = curl();
  attempt.host = "huggingface.co";
  attempt.count = 3;
  attempt.refused = false;
  EXPECT_THAT(guard_lines(report_of({attempt})),
              HasSubstr("guard: seen: huggingface.co (192.0.2.1 port 443), 3 times, by curl"));
}

TEST(RunGuardWords, WhatDiffersByTheSystemCallAloneIsOneLine) {
  GuardAttempt sent = curl();
  sent.call = "sendto";
  sent.count = 2;
  EXPECT_EQ(guard_lines(report_of({curl(), sent})),
            "hubward: guard: refused: 192.0.2.1 port 443, 3 times (connect, sendto), by curl -s "
            "https://example.org/ (pid 12) < sh (11) < rake (10)\n");
  const std::string annotations = guard_annotations(report_of({curl(), sent}));
  EXPECT_EQ(std::ranges::count(annotations, '\n'), 1);
  sent.pid = 13;
  EXPECT_EQ(std::ranges::count(guard_lines(report_of({curl(), sent})), '\n'), 2);
}

TEST(RunGuardWords, EveryKindHasWordsOfItsOwn) {
  GuardAttempt attempt = curl();
  attempt.kind = AttemptKind::name;
  attempt.host = "hf.co";
  EXPECT_THAT(guard_lines(report_of({attempt})), HasSubstr("refused: the name hf.co, by"));
  attempt.kind = AttemptKind::unreadable;
  EXPECT_THAT(guard_lines(report_of({attempt})), HasSubstr("an address that could not be read"));
  attempt.kind = AttemptKind::socket;
  attempt.address = "a packet socket";
  EXPECT_THAT(guard_lines(report_of({attempt})), HasSubstr("refused: a packet socket, by"));
  attempt = {};
  attempt.kind = AttemptKind::inherited;
  attempt.address = "192.0.2.1";
  attempt.port = 99;
  EXPECT_EQ(guard_lines(report_of({attempt})),
            "hubward: guard: seen: a connection to 192.0.2.1 port 99 that was there before the "
            "command\n");
}

TEST(RunGuardWords, WhoHasGoneBeforeItWasLookedAtIsSaidToHaveGone) {
  GuardAttempt attempt;
  attempt.address = "192.0.2.1";
  EXPECT_THAT(guard_lines(report_of({attempt})), HasSubstr("by a process that has gone\n"));
}

TEST(RunGuardWords, ALongCommandIsCutBetweenCharacters) {
  GuardAttempt attempt = curl();
  for (std::size_t length = 155; length < 165; ++length) {
    attempt.arguments = {std::string(length, 'x') + "äöü" + std::string(50, 'y')};
    const std::string line = guard_lines(report_of({attempt}));
    const std::size_t cut = line.find("…");
    ASSERT_NE(cut, std::string::npos);
    const std::string shown = line.substr(0, cut);
    EXPECT_TRUE(shown.back() == 'x' || shown.ends_with("ä") || shown.ends_with("ö")) << shown;
  }
}

TEST(RunGuardWords, AWarningIsALine) {
  EXPECT_EQ(guard_warning_lines(std::vector<std::string>{"a", "b"}),
            "hubward: guard: warning: a\nhubward: guard: warning: b\n");
}

TEST(RunGuardWords, WhereNobodyCountsNothingIsSaidOfMore) {
  GuardReport report = report_of({curl()});
  report.attempts.reset();
  EXPECT_THAT(guard_lines(report), Not(HasSubstr("more")));
}

TEST(RunGuardWords, AfterTwentyRowsTheRestIsCounted) {
  std::vector<GuardAttempt> leaks;
  for (int port = 1; port <= 21; ++port) {
    leaks.push_back(curl());
    leaks.back().port = port;
    leaks.back().count = 2;
  }
  const std::string text = guard_lines(report_of(leaks));
  EXPECT_EQ(std::ranges::count(text, '\n'), 21);
  EXPECT_THAT(text, EndsWith("guard: and 2 attempts more; --report FILE has more of them\n"));
  leaks.pop_back();
  EXPECT_THAT(guard_lines(report_of(leaks)), Not(HasSubstr("more")));
}

TEST(RunGuardWords, TheClauseOfTheLastLineCountsOrSaysWhoElseDoes) {
  GuardReport report = report_of({});
  EXPECT_EQ(guard_clause(report), "no attempt to leave the machine");
  report.attempts = 1;
  EXPECT_EQ(guard_clause(report), "1 attempt to leave the machine");
  report.attempts = 3;
  EXPECT_EQ(guard_clause(report), "3 attempts to leave the machine");
  report.attempts.reset();
  report.mechanism = "none";
  EXPECT_EQ(guard_clause(report), "not guarded");
  report.mechanism = "netns";
  EXPECT_EQ(guard_clause(report), "kept on the machine, attempts not counted");
  report.mechanism = "outer";
  EXPECT_THAT(guard_clause(report), HasSubstr("the run around this one"));
}

TEST(RunGuardWords, AnAnnotationIsAnErrorWhereItWasRefusedAndBreaksOutOfNothing) {
  GuardAttempt attempt = curl();
  attempt.arguments = {"sh", "100%,::error::x"};
  EXPECT_THAT(guard_annotations(report_of({attempt})),
              testing::StartsWith("::error title=hubward%3A an attempt to leave the machine::"
                                  "refused: 192.0.2.1 port 443, by sh 100%25,"));
  attempt.refused = false;
  EXPECT_THAT(guard_annotations(report_of({attempt})), testing::StartsWith("::warning title="));
  std::vector<GuardAttempt> leaks(30, attempt);
  for (int i = 0; i < 30; ++i) leaks[static_cast<std::size_t>(i)].port = i + 1;
  EXPECT_EQ(std::ranges::count(guard_annotations(report_of(leaks)), '\n'), 10);
}

}  // namespace
}  // namespace hubward::test
