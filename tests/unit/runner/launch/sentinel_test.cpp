#include "runner/launch/sentinel.h"

#include "tests/support/wrapped.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>

namespace hubward {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using test::noting_signals;
using test::shell;
using test::wait_until_heard;
using test::Wrapped;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

// The number in "ready 123".
pid_t pid_in(const std::string& line) { return std::stoi(line.substr(line.find(' ') + 1)); }

// Ends a command that notes signals. By its own number, so that nothing that hubward may still pass
// on comes later: what has come before is told before.
std::string end_noting(Wrapped& wrapped, pid_t command) {
  wait_until_heard(wrapped.pid());
  ::kill(command, SIGALRM);
  return wrapped.read_all_output();
}

void wait_until_gone(pid_t pid) {
  while (::kill(pid, 0) == 0) ::usleep(1000);
}

TEST(Sentinel, EveryExitCodeIsTheCommandsOwn) {
  for (const int code : {0, 1, 2, 77, 124, 125, 126, 127, 128, 130, 200, 255}) {
    EXPECT_EQ(Wrapped({.command = shell("exit " + std::to_string(code))}).wait(), code);
  }
}

TEST(Sentinel, ACommandEndedBySignalNGives128PlusN) {
  for (const int signal : {SIGHUP, SIGINT, SIGKILL, SIGSEGV, SIGPIPE, SIGTERM, SIGUSR1, SIGALRM}) {
    Wrapped wrapped({.command = shell("kill -" + std::to_string(signal) + " $$")});
    EXPECT_EQ(wrapped.wait(), 128 + signal);
  }
}

struct NamedSignal {
  int number;
  std::string name;
};
const NamedSignal kSignals[] = {
    {SIGINT, "INT"},   {SIGTERM, "TERM"},   {SIGHUP, "HUP"},   {SIGQUIT, "QUIT"}, {SIGUSR1, "USR1"},
    {SIGUSR2, "USR2"}, {SIGWINCH, "WINCH"}, {SIGCONT, "CONT"}, {SIGTSTP, "TSTP"}, {SIGINT, "INT"}};

TEST(Sentinel, ASignalToHubwardAloneIsPassedOnOnce) {
  Wrapped wrapped({.command = noting_signals()});
  const pid_t command = pid_in(wrapped.read_line());
  for (const NamedSignal& signal : kSignals) {
    ::kill(wrapped.pid(), signal.number);
    EXPECT_EQ(wrapped.read_line(), signal.name);
  }
  EXPECT_EQ(end_noting(wrapped, command), "ALRM\n");
  EXPECT_EQ(wrapped.wait(), 0);
}

TEST(Sentinel, ASignalToTheWholeGroupIsNotDoubled) {
  Wrapped wrapped({.command = noting_signals()});
  const pid_t command = pid_in(wrapped.read_line());
  for (const NamedSignal& signal : kSignals) {
    ::kill(-wrapped.pid(), signal.number);
    EXPECT_EQ(wrapped.read_line(), signal.name);
    wait_until_heard(wrapped.pid());
  }
  EXPECT_EQ(end_noting(wrapped, command), "ALRM\n");
  EXPECT_EQ(wrapped.wait(), 0);
}

TEST(Sentinel, AGroupSignalDoesNotHideALaterOneToHubwardAlone) {
  Wrapped wrapped({.command = noting_signals()});
  const pid_t command = pid_in(wrapped.read_line());
  for (int round = 0; round < 5; ++round) {
    ::kill(-wrapped.pid(), SIGINT);
    EXPECT_EQ(wrapped.read_line(), "INT");
    wait_until_heard(wrapped.pid());
    ::kill(wrapped.pid(), SIGINT);
    EXPECT_EQ(wrapped.read_line(), "INT");
  }
  EXPECT_EQ(end_noting(wrapped, command), "ALRM\n");
}

TEST(Sentinel, AGroupSignalDoesNotReachACommandThatLeftTheGroupSoItIsPassedOn) {
  std::vector<std::string> command = {"setsid"};
  for (const std::string& word : noting_signals()) command.push_back(word);
  Wrapped wrapped(Wrapped::Options{.command = command});
  const pid_t pid = pid_in(wrapped.read_line());
  ::kill(-wrapped.pid(), SIGTERM);
  EXPECT_EQ(wrapped.read_line(), "TERM");
  EXPECT_EQ(end_noting(wrapped, pid), "ALRM\n");
  EXPECT_EQ(wrapped.wait(), 0);
}

// Two signals are blocked for the command from its birth, so that it hears them however early.
void block_user_signals() {
  sigset_t set;
  ::sigemptyset(&set);
  ::sigaddset(&set, SIGUSR1);
  ::sigaddset(&set, SIGUSR2);
  ::sigprocmask(SIG_BLOCK, &set, nullptr);
}

TEST(Sentinel, ASignalToTheGroupJustBeforeTheStartReachesTheCommand) {
  Wrapped wrapped({.command = noting_signals(), .before = block_user_signals, .before_start = [] {
                     ::kill(0, SIGUSR1);
                     ::kill(::getpid(), SIGUSR2);
                   }});
  const pid_t command = pid_in(wrapped.read_line());
  EXPECT_EQ(wrapped.read_line(), "USR1");
  EXPECT_EQ(wrapped.read_line(), "USR2");
  EXPECT_EQ(end_noting(wrapped, command), "ALRM\n");
}

TEST(Sentinel, AStopJustBeforeTheStartStopsTheJobWhenItHasStarted) {
  Wrapped wrapped(
      {.command = shell("read line; exit 5"), .before_start = [] { ::kill(0, SIGTSTP); }});
  int status = 0;
  ASSERT_EQ(::waitpid(wrapped.pid(), &status, WUNTRACED), wrapped.pid());
  ASSERT_TRUE(WIFSTOPPED(status));
  ::kill(-wrapped.pid(), SIGCONT);
  wrapped.write_input("go\n");
  EXPECT_EQ(wrapped.wait(), 5);
}

TEST(Sentinel, ASignalToTheGroupOfAStoppedJobIsNotDoubledHoweverLateItGoesOn) {
  Wrapped wrapped({.command = noting_signals()});
  const pid_t command = pid_in(wrapped.read_line());
  ::kill(command, SIGSTOP);
  ::kill(wrapped.pid(), SIGSTOP);
  int status = 0;
  ASSERT_EQ(::waitpid(wrapped.pid(), &status, WUNTRACED), wrapped.pid());
  ::kill(-wrapped.pid(), SIGTERM);
  ::usleep(600'000);  // longer than what came before is believed to be new
  ::kill(command, SIGCONT);
  ::kill(wrapped.pid(), SIGCONT);
  EXPECT_THAT(end_noting(wrapped, command), testing::Not(HasSubstr("TERM\nTERM")));
}

TEST(Sentinel, AWitnessThatWasStoppedWithTheGroupStillTells) {
  Wrapped wrapped({.command = noting_signals()});
  const pid_t command = pid_in(wrapped.read_line());
  ::kill(-wrapped.pid(), SIGSTOP);
  int status = 0;
  ASSERT_EQ(::waitpid(wrapped.pid(), &status, WUNTRACED), wrapped.pid());
  ::kill(command, SIGCONT);
  ::kill(wrapped.pid(), SIGCONT);
  ::kill(-wrapped.pid(), SIGINT);
  const std::string noted = end_noting(wrapped, command);
  EXPECT_THAT(noted, HasSubstr("INT\n"));
  EXPECT_EQ(noted.find("INT"), noted.rfind("INT"));
}

TEST(Sentinel, HubwardOutlivesEverySignalThatItsCommandOutlives) {
  Wrapped wrapped({.command = shell("trap '' TERM INT HUP QUIT; echo ready; read line; exit 9")});
  ASSERT_EQ(wrapped.read_line(), "ready");
  for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGPIPE, SIGTTOU, SIGTTIN}) {
    ::kill(wrapped.pid(), signal);
  }
  wrapped.write_input("go\n");
  EXPECT_EQ(wrapped.wait(), 9);
}

TEST(Sentinel, AKillByNameDoesNotFindTheWitness) {
  Wrapped wrapped({.command = shell("echo ready; read line")});
  ASSERT_EQ(wrapped.read_line(), "ready");
  int others = 0;
  for (const ProcessId& process : descendants_of(wrapped.pid(), {})) {
    std::ifstream file("/proc/" + std::to_string(process.pid) + "/cmdline");
    const std::string line((std::istreambuf_iterator<char>(file)), {});
    if (line.starts_with("sh")) continue;
    EXPECT_THAT(line, StartsWith("signal-witness"));
    EXPECT_EQ(line.find("unit_runner_tests"), std::string::npos);
    ++others;
  }
  EXPECT_EQ(others, 1);
  wrapped.write_input("go\n");
  EXPECT_EQ(wrapped.wait(), 0);
}

TEST(Sentinel, AnOrphanThatEndsWhileTheCommandRunsBecomesNoZombie) {
  // The inner shell leaves a child that ends by itself and whose number is on the first line.
  Wrapped wrapped({.command = shell("sh -c 'sleep 0.05 & echo $!'; read line")});
  const pid_t orphan = std::stoi(wrapped.read_line());
  wait_until_gone(orphan);  // a zombie would stay for ever
  wrapped.write_input("go\n");
  EXPECT_EQ(wrapped.wait(), 0);
}

TEST(Sentinel, WhatTheCommandLeavesBehindIsLeftAlone) {
  Wrapped wrapped({.command = shell("setsid sleep 30 >/dev/null 2>&1 & echo $!")});
  const pid_t daemon = std::stoi(wrapped.read_line());
  EXPECT_EQ(wrapped.wait(), 0);
  EXPECT_EQ(::kill(daemon, 0), 0);
  ::kill(daemon, SIGKILL);
}

TEST(Sentinel, TheTimeoutEndsTheCommandByTermAndGives124) {
  Wrapped wrapped({.command = shell("trap 'echo term; exit 0' TERM; echo ready; read line"),
                   .watch = {.timeout = milliseconds(800)}});
  EXPECT_EQ(wrapped.read_all_output(), "ready\nterm\n");
  EXPECT_EQ(wrapped.wait(), 124);
}

TEST(Sentinel, TheTimeoutKillsACommandThatIgnoresTerm) {
  Wrapped wrapped({.command = shell("trap '' TERM; echo ready; while :; do read line; done"),
                   .watch = {.timeout = milliseconds(800), .kill_after = milliseconds(100)}});
  EXPECT_EQ(wrapped.read_all_output(), "ready\n");
  EXPECT_EQ(wrapped.wait(), 124);
}

TEST(Sentinel, TheTimeoutFindsADescendantInASessionOfItsOwn) {
  Wrapped wrapped({.command = shell("setsid sh -c 'trap \"\" TERM; echo $$; exec sleep 60' & wait"),
                   .watch = {.timeout = milliseconds(800), .kill_after = milliseconds(100)}});
  const pid_t daemon = std::stoi(wrapped.read_line());
  EXPECT_EQ(wrapped.wait(), 124);
  wait_until_gone(daemon);
}

TEST(Sentinel, TheTimeoutFindsAnOrphanWhoseParentHasGone) {
  Wrapped wrapped({.command = shell("(setsid sleep 60 & echo $!) ; exec sleep 60"),
                   .watch = {.timeout = milliseconds(800), .kill_after = seconds(20)}});
  const pid_t orphan = std::stoi(wrapped.read_line());
  EXPECT_EQ(wrapped.wait(), 124);
  wait_until_gone(orphan);
}

TEST(Sentinel, TheTimeoutWakesAStoppedCommandSoThatItHearsTerm) {
  Wrapped wrapped({.command = shell("trap 'echo term; exit 0' TERM; kill -STOP $$"),
                   .watch = {.timeout = milliseconds(800), .kill_after = seconds(20)}});
  EXPECT_EQ(wrapped.read_all_output(), "term\n");
  EXPECT_EQ(wrapped.wait(), 124);
}

TEST(Sentinel, TheTimeoutComesThoughTheWholeJobHasBeenStopped) {
  for (const int signal : {SIGTSTP, SIGSTOP}) {
    Wrapped wrapped({.command = shell("echo ready; read line"),
                     .watch = {.timeout = milliseconds(800), .kill_after = seconds(60)}});
    ASSERT_EQ(wrapped.read_line(), "ready");
    ::kill(-wrapped.pid(), signal);
    EXPECT_EQ(wrapped.wait(), 124);
  }
}

TEST(Sentinel, AfterTheTimeoutACommandThatStopsItselfIsKilledInItsTime) {
  Wrapped wrapped({.command = shell("trap 'kill -TSTP $$' TERM; echo ready; read line; read line"),
                   .watch = {.timeout = milliseconds(800), .kill_after = milliseconds(300)}});
  EXPECT_EQ(wrapped.wait(), 124);
}

TEST(Sentinel, ACommandThatEndsInTimeKeepsItsCode) {
  Wrapped wrapped({.command = shell("exit 3"), .watch = {.timeout = seconds(30)}});
  EXPECT_EQ(wrapped.wait(), 3);
}

TEST(Sentinel, HubwardStopsAfterItsCommandAndIsContinuedWithIt) {
  Wrapped wrapped(
      {.command = shell("trap 'echo continued' CONT; echo ready; kill -TSTP $$; read line;"
                        " exit 5")});
  ASSERT_EQ(wrapped.read_line(), "ready");
  int status = 0;
  ASSERT_EQ(::waitpid(wrapped.pid(), &status, WUNTRACED), wrapped.pid());
  ASSERT_TRUE(WIFSTOPPED(status));
  EXPECT_EQ(WSTOPSIG(status), SIGTSTP);
  ::kill(-wrapped.pid(), SIGCONT);
  EXPECT_EQ(wrapped.read_line(), "continued");
  wrapped.write_input("go\n");
  EXPECT_EQ(wrapped.read_all_output(), "");
  EXPECT_EQ(wrapped.wait(), 5);
}

TEST(Sentinel, ContinuingHubwardAloneContinuesTheCommand) {
  Wrapped wrapped({.command = shell("echo ready; kill -TSTP $$; exit 6")});
  ASSERT_EQ(wrapped.read_line(), "ready");
  int status = 0;
  ASSERT_EQ(::waitpid(wrapped.pid(), &status, WUNTRACED), wrapped.pid());
  ::kill(wrapped.pid(), SIGCONT);
  EXPECT_EQ(wrapped.wait(), 6);
}

TEST(Sentinel, ACommandStoppedByItsNumberDoesNotStopHubwardWhereNoShellWaits) {
  Wrapped wrapped({.command = shell("echo $$; kill -STOP $$; exit 4")});
  const pid_t command = std::stoi(wrapped.read_line());
  while (!may_be_stopped(command)) ::usleep(1000);
  ::kill(command, SIGCONT);
  EXPECT_EQ(wrapped.wait(), 4);
}

}  // namespace
}  // namespace hubward
