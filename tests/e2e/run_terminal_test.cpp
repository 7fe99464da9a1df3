// The binary on a terminal, under a shell that does job control, and signals sent to it alone or
// with its group.
#include "tests/support/files.h"
#include "tests/support/run_project.h"
#include "tests/support/source_dir.h"
#include "tests/support/terminal.h"
#include "tests/support/wrapped.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fcntl.h>
#include <unistd.h>

#include <csignal>

namespace hubward::test {
namespace {

/// `hubward run` of a command, as the shell's job. Its own lines go to a file, not to the terminal.
std::function<int()> job(const RunProject& project, std::vector<std::string> command,
                         const std::vector<std::string>& flags = {}) {
  const BinaryCall call = project.call(std::move(command), flags);
  return [call] {
    std::vector<std::string> words = {binary_path()};
    words.insert(words.end(), call.args.begin(), call.args.end());
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    if (::chdir(call.folder.c_str()) != 0) return 99;
    ::dup2(::open("said", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644), STDERR_FILENO);
    ::execv(arguments.front(), arguments.data());
    return 98;
  };
}

struct Noting {
  explicit Noting(const RunProject& project)
      : terminal(job(project, noting_signals(3))), ready(terminal.read_line()) {}
  pid_t command() const { return std::stoi(ready.substr(6)); }
  void expect(const std::string& signal) {
    EXPECT_EQ(terminal.read_line(), signal);
    wait_until_heard(terminal.job());
  }
  void expect_end() {
    ::kill(command(), SIGALRM);
    EXPECT_EQ(terminal.read_line(), "ALRM");  // a doubled signal would stand before it
    EXPECT_EQ(terminal.read_word(), "exited 3");
  }
  Terminal terminal;
  std::string ready;
};

TEST(RunTerminal, CtrlCReachesTheCommandOnce) {
  const RunProject project;
  Noting noting(project);
  for (int round = 0; round < 3; ++round) {
    noting.terminal.type("\x03");
    noting.expect("INT");
  }
  noting.expect_end();
}

TEST(RunTerminal, AKillOfHubwardAloneReachesTheCommandOnce) {
  const RunProject project;
  Noting noting(project);
  for (int round = 0; round < 3; ++round) {
    ::kill(noting.terminal.job(), SIGINT);
    noting.expect("INT");
    ::kill(noting.terminal.job(), SIGTERM);
    noting.expect("TERM");
  }
  noting.expect_end();
}

TEST(RunTerminal, AKillOfTheGroupReachesTheCommandOnce) {
  const RunProject project;
  Noting noting(project);
  for (int round = 0; round < 3; ++round) {
    ::kill(-noting.terminal.job(), SIGINT);
    noting.expect("INT");
    ::kill(-noting.terminal.job(), SIGTERM);
    noting.expect("TERM");
  }
  noting.expect_end();
}

TEST(RunTerminal, CtrlZAndFgStopAndContinueTheJob) {
  const RunProject project;
  Terminal terminal(job(project, shell("echo ready; read line; echo \"got $line\"; exit 4")));
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

TEST(RunTerminal, CtrlCThatTheCommandDiesOfGives130) {
  const RunProject project;
  Terminal terminal(job(project, shell("echo ready; read line")));
  ASSERT_EQ(terminal.read_line(), "ready");
  terminal.type("\x03");
  EXPECT_EQ(terminal.read_word(), "exited 130");
}

TEST(RunTerminal, CtrlCDuringTheDownloadEndsHubwardToo) {
  const RunProject project;
  remove_tree(project.cache() / project.repo().blob("config.json"));
  project.fetch_by("echo ready >/dev/tty; read line </dev/tty");
  Terminal terminal(job(project, {"echo", "started"}));
  ASSERT_EQ(terminal.read_line(), "ready");
  terminal.type("\x03");
  EXPECT_EQ(terminal.read_word(), "exited 130");
}

}  // namespace
}  // namespace hubward::test
