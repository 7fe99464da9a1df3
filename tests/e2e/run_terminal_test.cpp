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
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <stdexcept>

namespace hubward::test {
namespace {

/// `hubward run` of a command, as the shell's job. Its own lines go to a file, not to the terminal.
std::function<int()> job(const RunProject& project, std::vector<std::string> command,
                         const std::vector<std::string>& flags = {}) {
  return [body = as_process(project.call(std::move(command), flags)), said = project / "said"] {
    ::dup2(::open(said.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644), STDERR_FILENO);
    return body();
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

TEST(RunTerminal, ANewWindowSizeReachesTheCommandOnce) {
  const RunProject project;
  Noting noting(project);
  for (unsigned short columns = 90; columns < 93; ++columns) {
    noting.terminal.resize(columns);
    noting.expect("WINCH");
  }
  noting.expect_end();
}

TEST(RunTerminal, CtrlBackslashReachesTheCommandOnce) {
  const RunProject project;
  Noting noting(project);
  noting.terminal.type("\x1c");
  noting.expect("QUIT");
  noting.expect_end();
}

TEST(RunTerminal, ACommandThatHandlesCtrlZAndGoesOnKeepsHubwardGoing) {
  const RunProject project;
  Noting noting(project);
  noting.terminal.type("\x1a");
  noting.expect("TSTP");
  noting.expect_end();
}

TEST(RunTerminal, AJobInTheBackgroundThatReadsTheTerminalIsStoppedUntilItIsInFront) {
  const RunProject project;
  Terminal terminal(job(project, shell("echo ready; read line; echo \"got $line\"; exit 4")));
  ASSERT_EQ(terminal.read_line(), "ready");
  terminal.type("\x1a");
  EXPECT_EQ(terminal.read_word(), "stopped " + std::to_string(SIGTSTP));
  terminal.continue_in_background();
  EXPECT_EQ(terminal.read_word(), "stopped " + std::to_string(SIGTTIN));
  terminal.continue_job();
  terminal.type("input\n");
  EXPECT_EQ(terminal.read_line(), "got input");
  EXPECT_EQ(terminal.read_word(), "exited 4");
}

TEST(RunTerminal, AJobInTheBackgroundThatWritesToATerminalWithTostopIsStoppedToo) {
  const RunProject project;
  Terminal terminal(
      job(project, shell("stty tostop; echo ready; kill -TSTP 0; echo written; exit 4")));
  ASSERT_EQ(terminal.read_line(), "ready");
  EXPECT_EQ(terminal.read_word(), "stopped " + std::to_string(SIGTSTP));
  terminal.continue_in_background();
  EXPECT_EQ(terminal.read_word(), "stopped " + std::to_string(SIGTTOU));
  terminal.continue_job();
  EXPECT_EQ(terminal.read_line(), "written");
  EXPECT_EQ(terminal.read_word(), "exited 4");
}

TEST(RunTerminal, AShellAsTheCommandHasJobControlOfItsOwn) {
  const RunProject project;
  // An interactive shell takes the terminal for a group of its own, and stops itself there.
  Terminal terminal(job(project, {"bash", "--norc", "--noprofile", "-i", "-c",
                                  "suspend -f; sh -c 'echo ready; read line; echo \"got $line\"'; "
                                  "exit 4"}));
  EXPECT_EQ(terminal.read_word(), "stopped " + std::to_string(SIGSTOP));
  terminal.continue_job();
  ASSERT_EQ(terminal.read_line(), "ready");
  terminal.type("input\n");
  EXPECT_EQ(terminal.read_line(), "got input");
  EXPECT_EQ(terminal.read_word(), "exited 4");
}

TEST(RunTerminal, WhenTheTerminalGoesTheCommandHearsOneHangUp) {
  const RunProject project;
  const std::string heard = project / "heard";
  write_file(heard, "");
  std::vector<std::string> command = noting_signals(3);
  // Who writes to a terminal that has gone dies of it.
  command[2].insert(command[2].find("name = ''"), "sys.stdout = open('" + heard + "', 'w')\n");
  Terminal terminal(job(project, command));
  const pid_t noting = std::stoi(terminal.read_line().substr(6));
  terminal.hang_up();
  // The shell dies of it, and the kernel tells its foreground job: HUP, then CONT.
  while (read_file(heard).find("HUP") == std::string::npos) ::usleep(1000);
  wait_until_heard(terminal.job());
  ::kill(noting, SIGALRM);
  while (::kill(noting, 0) == 0) ::usleep(1000);
  const std::string all = read_file(heard);
  EXPECT_EQ(all.find("HUP"), all.rfind("HUP")) << all;
}

/// The number in the line "ready N", which may stand behind others; the output ends without one
/// only when nothing was started.
pid_t await_ready(Wrapped& wrapped) {
  for (std::string line = wrapped.read_line(); !line.empty(); line = wrapped.read_line()) {
    if (line.starts_with("ready ")) return std::stoi(line.substr(6));
  }
  throw std::runtime_error("it never became ready");
}

TEST(RunTerminal, UnderScriptCtrlCReachesTheCommandOnce) {
  const RunProject project;
  // hubward leads the session of a terminal that belongs to it alone.
  std::string line = "exec " + binary_path();
  for (const std::string& word : project.call({"./noting"}).args) line += " " + word;
  std::string python = "#!/usr/bin/env python3\n" + noting_signals(3)[2];
  python.replace(python.find("sys.argv[1]"), 11, "3");
  write_file(project / "noting", python);
  ASSERT_EQ(::chmod((project / "noting").c_str(), 0755), 0);
  BinaryCall call = project.call({});
  call.program = "/usr/bin/script";
  call.args = {"-q", "-e", "-E", "never", "-c", line, "/dev/null"};
  Wrapped wrapped(as_process(call));
  const pid_t noting = await_ready(wrapped);
  wrapped.write_input("\x03");
  EXPECT_EQ(wrapped.read_line(), "INT\r");
  wait_until_heard(parent_of(noting));
  ::kill(noting, SIGALRM);
  EXPECT_EQ(wrapped.read_line(), "ALRM\r");
  while (!wrapped.read_line().empty()) {
  }
  EXPECT_EQ(wrapped.wait(), 3);
}

TEST(RunTerminal, InASessionOfItsOwnWithoutTerminalSignalsReachTheCommandOnce) {
  const RunProject project;
  BinaryCall call = project.call(noting_signals(3));
  call.program = "/usr/bin/setsid";
  call.args.insert(call.args.begin(), {"--wait", binary_path()});
  Wrapped wrapped(as_process(call));
  const pid_t noting = await_ready(wrapped);
  const pid_t hubward = parent_of(noting);
  EXPECT_EQ(::getsid(noting), hubward);
  for (const int whom : {hubward, -hubward}) {
    for (const auto& [signal, name] : std::vector<std::pair<int, std::string>>{
             {SIGHUP, "HUP"}, {SIGTERM, "TERM"}, {SIGCONT, "CONT"}}) {
      ::kill(whom, signal);
      EXPECT_EQ(wrapped.read_line(), name);
      wait_until_heard(hubward);
    }
  }
  ::kill(noting, SIGALRM);
  EXPECT_EQ(wrapped.read_line(), "ALRM");
  EXPECT_EQ(wrapped.wait(), 3);
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
