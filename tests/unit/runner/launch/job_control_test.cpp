// The sentinel on a real terminal, with a shell that does job control.
#include "runner/launch/sentinel.h"
#include "tests/support/terminal.h"
#include "tests/support/wrapped.h"

#include <gtest/gtest.h>

#include <csignal>

namespace hubward {
namespace {

using test::noting_signals;
using test::shell;
using test::stand_for_hubward;
using test::Terminal;
using test::wait_until_heard;

std::function<int()> job(std::vector<std::string> command) {
  return [command = std::move(command)] {
    return stand_for_hubward(
        {.command = command, .watch = {}, .environment = {"PATH=/usr/bin:/bin"}});
  };
}

// The keys, or whatever else, give this one signal, and the command gets it once.
void expect_once(const std::string& signal, const std::function<void(Terminal&)>& give) {
  Terminal terminal(job(noting_signals(3)));
  const std::string ready = terminal.read_line();
  ASSERT_EQ(ready.substr(0, 6), "ready ");
  for (int round = 0; round < 3; ++round) {
    give(terminal);
    EXPECT_EQ(terminal.read_line(), signal);
    wait_until_heard(terminal.job());
  }
  ::kill(std::stoi(ready.substr(6)), SIGALRM);
  EXPECT_EQ(terminal.read_line(), "ALRM");  // a doubled one would stand before it
  EXPECT_EQ(terminal.read_word(), "exited 3");
}

TEST(JobControl, CtrlCReachesTheCommandOnce) {
  expect_once("INT", [](Terminal& terminal) { terminal.type("\x03"); });
}

TEST(JobControl, CtrlBackslashReachesTheCommandOnce) {
  expect_once("QUIT", [](Terminal& terminal) { terminal.type("\x1c"); });
}

TEST(JobControl, ACommandThatHandlesCtrlZAndGoesOnIsNotStopped) {
  expect_once("TSTP", [](Terminal& terminal) { terminal.type("\x1a"); });
}

TEST(JobControl, ANewWindowSizeReachesTheCommandOnce) {
  unsigned short columns = 90;
  expect_once("WINCH", [&](Terminal& terminal) { terminal.resize(++columns); });
}

TEST(JobControl, ATermToHubwardAloneOnATerminalIsPassedOnOnce) {
  expect_once("TERM", [](Terminal& terminal) { ::kill(terminal.job(), SIGTERM); });
}

TEST(JobControl, CtrlCThatTheCommandDiesOfGives130) {
  Terminal terminal(job(shell("echo ready; read line")));
  ASSERT_EQ(terminal.read_line(), "ready");
  terminal.type("\x03");
  EXPECT_EQ(terminal.read_word(), "exited 130");
}

TEST(JobControl, CtrlZStopsTheJobAndFgContinuesIt) {
  Terminal terminal(job(shell("echo ready; read line; echo \"got $line\"; exit 4")));
  ASSERT_EQ(terminal.read_line(), "ready");
  for (int round = 0; round < 3; ++round) {
    terminal.type("\x1a");
    EXPECT_EQ(terminal.read_word(), "stopped " + std::to_string(SIGTSTP));
    terminal.continue_job();
  }
  terminal.type("input\n");
  EXPECT_EQ(terminal.read_line(), "got input");
  EXPECT_EQ(terminal.read_word(), "exited 4");
}

TEST(JobControl, ACommandThatStopsItselfByStopGivesTheTerminalBack) {
  Terminal terminal(job(shell("echo ready; kill -STOP $$; echo continued")));
  ASSERT_EQ(terminal.read_line(), "ready");
  EXPECT_EQ(terminal.read_word(), "stopped " + std::to_string(SIGSTOP));
  terminal.continue_job();
  EXPECT_EQ(terminal.read_line(), "continued");
  EXPECT_EQ(terminal.read_word(), "exited 0");
}

}  // namespace
}  // namespace hubward
