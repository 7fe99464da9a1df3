// Trees that will not be ended: each process of a chain lives some milliseconds, ignores TERM, and
// leaves a child in a session of its own. Whoever survives holds the output open, so that reading
// it to its end proves that nobody does.
#include "runner/launch/sentinel.h"
#include "tests/support/wrapped.h"

#include <gtest/gtest.h>

#include <unistd.h>

#include <csignal>

namespace hubward {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using test::Wrapped;

/// Says "ready", and "term" when it is told to end; does not.
std::vector<std::string> chains(int count) {
  return {"python3",
          "-S",
          "-E",
          "-c",
          "import os, signal, sys, time\n"
          "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
          "for _ in range(int(sys.argv[1])):\n"
          "    if os.fork() == 0:\n"
          "        while True:\n"
          "            time.sleep(0.01)\n"
          "            if os.fork():\n"
          "                os._exit(0)\n"
          "            os.setsid()\n"
          "signal.signal(signal.SIGTERM, lambda *_: print('term', flush=True))\n"
          "print('ready', flush=True)\n"
          "while True:\n"
          "    time.sleep(60)\n",
          std::to_string(count)};
}

Wrapped::Options ending(int count, std::chrono::nanoseconds kill_after) {
  return {.command = chains(count),
          .watch = {.timeout = seconds(2), .kill_after = kill_after},
          .environment = {"PATH=" + std::string(::getenv("PATH")), "HUBWARD_MODE=offline"}};
}

TEST(Roundup, EndsChainsThatForkFasterThanTheyAreListed) {
  Wrapped wrapped(ending(30, milliseconds(100)));
  ASSERT_EQ(wrapped.read_line(), "ready");
  EXPECT_EQ(wrapped.read_line(), "term");
  EXPECT_EQ(wrapped.wait(), 124);
  EXPECT_EQ(wrapped.read_all_output(), "");
}

TEST(Roundup, IsFinishedWhenHubwardIsKilledMeanwhile) {
  for (const int delay : {0, 105, 120}) {
    Wrapped wrapped(ending(10, milliseconds(100)));
    ASSERT_EQ(wrapped.read_line(), "ready");
    ASSERT_EQ(wrapped.read_line(), "term");
    ::usleep(static_cast<useconds_t>(delay) * 1000);
    ::kill(wrapped.pid(), SIGKILL);
    wrapped.wait();
    EXPECT_EQ(wrapped.read_all_output(), "") << delay;
  }
}

TEST(Roundup, IsNotBegunWhenHubwardIsKilledBeforeTheTimeout) {
  Wrapped wrapped(
      {.command = test::shell("echo $$; exec sleep 60"), .watch = {.timeout = seconds(60)}});
  const pid_t command = std::stoi(wrapped.read_line());
  ::kill(wrapped.pid(), SIGKILL);
  wrapped.wait();
  ::usleep(50'000);
  EXPECT_EQ(::kill(command, 0), 0) << "what a killed hubward leaves running is its user's";
  ::kill(command, SIGKILL);
}

}  // namespace
}  // namespace hubward
