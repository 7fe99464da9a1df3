#include "runner/guard/attempts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

namespace hubward::test {
namespace {

GuardAttempt attempt(const std::string& program, const std::string& address, int port) {
  GuardAttempt made;
  made.program = program;
  made.arguments = {program, "x"};
  made.address = address;
  made.port = port;
  made.call = "connect";
  return made;
}

GuardReport written(Attempts& attempts) {
  GuardReport report;
  attempts.write_into(report);
  return report;
}

TEST(Attempts, OfOneProgramForOneTargetAreOneRowWithThePidOfTheFirst) {
  Attempts attempts;
  GuardAttempt first = attempt("curl", "192.0.2.1", 443);
  first.pid = 7;
  GuardAttempt second = first;
  second.pid = 8;
  attempts.add(first);
  attempts.add(second);
  const GuardReport report = written(attempts);
  ASSERT_EQ(report.leaks.size(), 1u);
  EXPECT_EQ(report.leaks[0].count, 2u);
  EXPECT_EQ(report.leaks[0].pid, 7);
  EXPECT_EQ(report.attempts, 2u);
}

GuardAttempt question(const GuardAttempt& connect, const std::string& host) {
  GuardAttempt made = connect;
  made.kind = AttemptKind::name;
  made.call = "";
  made.host = host;
  return made;
}

TEST(Attempts, AConnectToANameServerCountsWhenItsProcessAsksNothing) {
  Attempts attempts;
  GuardAttempt asking = attempt("curl", "192.0.2.1", 53);
  asking.pid = 7;
  GuardAttempt mute = asking;
  mute.pid = 8;
  GuardAttempt elsewhere = asking;
  elsewhere.address = "192.0.2.2";
  attempts.add_unless_asked(asking);
  attempts.add_unless_asked(mute);
  attempts.add_unless_asked(mute);
  attempts.add_unless_asked(elsewhere);
  attempts.add(question(asking, "pypi.org"));
  attempts.add(question(asking, "pypi.org"));
  const GuardReport report = written(attempts);
  EXPECT_EQ(report.attempts, 5u);
  ASSERT_EQ(report.leaks.size(), 3u);
  EXPECT_EQ(report.leaks[0].host, "pypi.org");
  EXPECT_EQ(report.leaks[0].count, 2u);
  EXPECT_EQ(report.leaks[1].address, "192.0.2.2");
  EXPECT_EQ(report.leaks[2].pid, 8);
  EXPECT_EQ(report.leaks[2].count, 2u);
}

TEST(Attempts, ConnectsThatWaitForAQuestionAreBoundedAndAllAreCounted) {
  Attempts attempts;
  for (int pid = 1; pid <= static_cast<int>(kMaxLeaks) + 5; ++pid) {
    GuardAttempt made = attempt("p" + std::to_string(pid), "192.0.2.1", 53);
    made.pid = pid;
    attempts.add_unless_asked(made);
  }
  const GuardReport report = written(attempts);
  EXPECT_EQ(report.attempts, kMaxLeaks + 5);
  EXPECT_EQ(report.leaks.size(), kMaxLeaks);
}

TEST(Attempts, ThatDifferInAnythingThatIsToldAreRowsOfTheirOwn) {
  Attempts attempts;
  const GuardAttempt plain = attempt("curl", "192.0.2.1", 443);
  attempts.add(plain);
  attempts.add(attempt("wget", "192.0.2.1", 443));
  attempts.add(attempt("curl", "192.0.2.2", 443));
  attempts.add(attempt("curl", "192.0.2.1", 80));
  GuardAttempt named = plain;
  named.host = "huggingface.co";
  attempts.add(named);
  GuardAttempt other_words = plain;
  other_words.arguments.emplace_back("y");
  attempts.add(other_words);
  GuardAttempt sent = plain;
  sent.call = "sendto";
  attempts.add(sent);
  GuardAttempt unreadable = plain;
  unreadable.kind = AttemptKind::unreadable;
  attempts.add(unreadable);
  EXPECT_EQ(written(attempts).leaks.size(), 8u);
}

TEST(Attempts, TheWordsOfACommandDoNotRunIntoEachOther) {
  Attempts attempts;
  GuardAttempt one = attempt("p", "192.0.2.1", 1);
  one.arguments = {"ab", "c"};
  GuardAttempt two = one;
  two.arguments = {"a", "bc"};
  attempts.add(one);
  attempts.add(two);
  EXPECT_EQ(written(attempts).leaks.size(), 2u);
}

TEST(Attempts, BeyondTheLastRowAreStillCounted) {
  for (const std::size_t rows : {kMaxLeaks - 1, kMaxLeaks, kMaxLeaks + 1}) {
    Attempts attempts;
    for (std::size_t i = 0; i < rows; ++i) {
      attempts.add(attempt("p" + std::to_string(i), "192.0.2.1", 1));
    }
    attempts.add(attempt("p0", "192.0.2.1", 1));
    const GuardReport report = written(attempts);
    EXPECT_EQ(report.leaks.size(), std::min(rows, kMaxLeaks));
    EXPECT_EQ(report.attempts, rows + 1);
    EXPECT_EQ(report.leaks[0].count, 2u) << "a known row goes on counting";
  }
}

TEST(Attempts, AWarningIsToldOnceBehindThoseThatAreThere) {
  Attempts attempts;
  attempts.warn("a");
  attempts.warn("b");
  attempts.warn("a");
  GuardReport report;
  report.warnings = {"first"};
  attempts.write_into(report);
  EXPECT_THAT(report.warnings, testing::ElementsAre("first", "a", "b"));
}

TEST(Attempts, OfSeveralThreadsAreAllCounted) {
  Attempts attempts;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&attempts] {
      for (int n = 0; n < 500; ++n) attempts.add(attempt("p", "192.0.2.1", n % 5));
    });
  }
  for (std::thread& thread : threads) thread.join();
  const GuardReport report = written(attempts);
  EXPECT_EQ(report.attempts, 2000u);
  EXPECT_EQ(report.leaks.size(), 5u);
}

}  // namespace
}  // namespace hubward::test
