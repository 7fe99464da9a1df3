#include "runner/launch/sentinel.h"

#include "tests/support/wrapped.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <sstream>

namespace hubward {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using test::shell;
using test::Wrapped;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

// A shell notes every signal on its output and ends at the one that says so. It waits in `read`,
// which a signal interrupts at once.
std::string noting(const std::string& signals) {
  std::string script;
  std::istringstream names(signals);
  for (std::string name; names >> name;) script += "trap 'echo " + name + "' " + name + "\n";
  return script + "echo ready\nwhile ! read line; do :; done\necho \"$line\"\n";
}

// Two signals of one number that are pending together are one to the kernel, so the next may be
// sent only when hubward has read the one before.
void wait_until_heard(pid_t pid) {
  for (std::string line = "?"; !line.ends_with("0000000000000000");) {
    std::ifstream status("/proc/" + std::to_string(pid) + "/status");
    while (std::getline(status, line) && !line.starts_with("ShdPnd:")) {
    }
  }
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

TEST(Sentinel, ASignalToHubwardAloneIsPassedOnOnce) {
  Wrapped wrapped({.command = shell(noting("INT TERM HUP QUIT USR1 USR2 WINCH CONT TSTP ALRM"))});
  ASSERT_EQ(wrapped.read_line(), "ready");
  for (const auto& [signal, name] : std::vector<std::pair<int, std::string>>{{SIGINT, "INT"},
                                                                             {SIGTERM, "TERM"},
                                                                             {SIGHUP, "HUP"},
                                                                             {SIGQUIT, "QUIT"},
                                                                             {SIGUSR1, "USR1"},
                                                                             {SIGUSR2, "USR2"},
                                                                             {SIGWINCH, "WINCH"},
                                                                             {SIGCONT, "CONT"},
                                                                             {SIGTSTP, "TSTP"},
                                                                             {SIGALRM, "ALRM"}}) {
    ::kill(wrapped.pid(), signal);
    EXPECT_EQ(wrapped.read_line(), name);
  }
  wrapped.write_input("done\n");
  EXPECT_EQ(wrapped.read_all_output(), "done\n");
  EXPECT_EQ(wrapped.wait(), 0);
}

TEST(Sentinel, ASignalToTheWholeGroupIsNotDoubled) {
  Wrapped wrapped({.command = shell(noting("INT TERM HUP QUIT USR1 USR2"))});
  ASSERT_EQ(wrapped.read_line(), "ready");
  for (const auto& [signal, name] : std::vector<std::pair<int, std::string>>{{SIGINT, "INT"},
                                                                             {SIGTERM, "TERM"},
                                                                             {SIGINT, "INT"},
                                                                             {SIGHUP, "HUP"},
                                                                             {SIGQUIT, "QUIT"},
                                                                             {SIGUSR1, "USR1"},
                                                                             {SIGUSR2, "USR2"}}) {
    ::kill(-wrapped.pid(), signal);
    EXPECT_EQ(wrapped.read_line(), name);
    wait_until_heard(wrapped.pid());
  }
  // Passed on, and after anything that hubward might have passed on before.
  ::kill(wrapped.pid(), SIGINT);
  EXPECT_EQ(wrapped.read_line(), "INT");
  wrapped.write_input("done\n");
  EXPECT_EQ(wrapped.read_all_output(), "done\n");
  EXPECT_EQ(wrapped.wait(), 0);
}

TEST(Sentinel, AGroupSignalDoesNotReachACommandThatLeftTheGroupSoItIsPassedOn) {
  Wrapped wrapped({.command = {"setsid", "sh", "-c", noting("TERM")}});
  ASSERT_EQ(wrapped.read_line(), "ready");
  ::kill(-wrapped.pid(), SIGTERM);
  EXPECT_EQ(wrapped.read_line(), "TERM");
  wrapped.write_input("done\n");
  EXPECT_EQ(wrapped.wait(), 0);
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
                   .watch = {.timeout = milliseconds(300)}});
  EXPECT_EQ(wrapped.read_all_output(), "ready\nterm\n");
  EXPECT_EQ(wrapped.wait(), 124);
}

TEST(Sentinel, TheTimeoutKillsACommandThatIgnoresTerm) {
  Wrapped wrapped({.command = shell("trap '' TERM; echo ready; while :; do read line; done"),
                   .watch = {.timeout = milliseconds(200), .kill_after = milliseconds(100)}});
  EXPECT_EQ(wrapped.read_all_output(), "ready\n");
  EXPECT_EQ(wrapped.wait(), 124);
}

TEST(Sentinel, TheTimeoutFindsADescendantInASessionOfItsOwn) {
  Wrapped wrapped({.command = shell("setsid sh -c 'trap \"\" TERM; echo $$; exec sleep 60' & wait"),
                   .watch = {.timeout = milliseconds(300), .kill_after = milliseconds(100)}});
  const pid_t daemon = std::stoi(wrapped.read_line());
  EXPECT_EQ(wrapped.wait(), 124);
  wait_until_gone(daemon);
}

TEST(Sentinel, TheTimeoutFindsAnOrphanWhoseParentHasGone) {
  Wrapped wrapped({.command = shell("(setsid sleep 60 & echo $!) ; exec sleep 60"),
                   .watch = {.timeout = milliseconds(300), .kill_after = seconds(20)}});
  const pid_t orphan = std::stoi(wrapped.read_line());
  EXPECT_EQ(wrapped.wait(), 124);
  wait_until_gone(orphan);
}

TEST(Sentinel, TheTimeoutWakesAStoppedCommandSoThatItHearsTerm) {
  Wrapped wrapped({.command = shell("trap 'echo term; exit 0' TERM; kill -STOP $$"),
                   .watch = {.timeout = milliseconds(200), .kill_after = seconds(20)}});
  EXPECT_EQ(wrapped.read_all_output(), "term\n");
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
