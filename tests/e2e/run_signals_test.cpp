// Signals, timeouts and what stands around the binary: alone, with its group, before and after the
// command, in containers without /proc or with hubward as process 1.
#include "tests/support/files.h"
#include "tests/support/run_project.h"
#include "tests/support/source_dir.h"
#include "tests/support/wrapped.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

namespace hubward::test {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;

/// hubward as a shell starts it, with the shell's own words around it; "$HUBWARD" is the binary.
BinaryCall by_shell(const RunProject& project, const std::string& script) {
  return {.args = {"-c", script},
          .folder = project.cache().surroundings(),
          .environment = {{"HUBWARD", binary_path()}},
          .program = "/bin/sh"};
}

std::function<int()> process(const RunProject& project, std::vector<std::string> command,
                             const std::vector<std::string>& flags = {}) {
  return as_process(project.call(std::move(command), flags));
}

pid_t pid_in(const std::string& line) { return std::stoi(line.substr(line.find(' ') + 1)); }

void wait_until_gone(pid_t pid) {
  while (::kill(pid, 0) == 0) ::usleep(1000);
}

TEST(RunSignals, EverySignalThatSomeoneSendsToHubwardAloneReachesTheCommandOnce) {
  const RunProject project;
  Wrapped wrapped(process(project, noting_signals(3)));
  const pid_t command = pid_in(wrapped.read_line());
  for (const auto& [signal, name] : std::vector<std::pair<int, std::string>>{{SIGINT, "INT"},
                                                                             {SIGTERM, "TERM"},
                                                                             {SIGHUP, "HUP"},
                                                                             {SIGQUIT, "QUIT"},
                                                                             {SIGUSR1, "USR1"},
                                                                             {SIGUSR2, "USR2"},
                                                                             {SIGWINCH, "WINCH"},
                                                                             {SIGCONT, "CONT"},
                                                                             {SIGTSTP, "TSTP"}}) {
    ::kill(wrapped.pid(), signal);
    EXPECT_EQ(wrapped.read_line(), name);
    ::kill(-wrapped.pid(), signal);
    EXPECT_EQ(wrapped.read_line(), name);
    wait_until_heard(wrapped.pid());
  }
  ::kill(command, SIGALRM);
  EXPECT_EQ(wrapped.read_all_output(), "ALRM\n");
  EXPECT_EQ(wrapped.wait(), 3);
}

TEST(RunSignals, TheCommandIsInHubwardsGroupAndSessionAndItsOrphansBecomeHubwardsChildren) {
  const RunProject project;
  Wrapped wrapped(
      process(project, shell("ps -o pgid=,sid= -p $$; (sleep 60 >&- 2>&- & echo $!); read line")));
  const std::string group = std::to_string(wrapped.pid());
  const std::string session = std::to_string(::getsid(wrapped.pid()));
  EXPECT_THAT(wrapped.read_line(), MatchesRegex(" *" + group + " +" + session));
  const std::string orphan = wrapped.read_line();
  // Its parent, the inner shell, may need a moment to go.
  while (parent_of(std::stoi(orphan)) != wrapped.pid()) ::usleep(1000);
  wrapped.end_input();
  EXPECT_EQ(wrapped.wait(), 1);
  EXPECT_EQ(::kill(std::stoi(orphan), 0), 0) << "what the command leaves behind is left alone";
  ::kill(std::stoi(orphan), SIGKILL);
}

TEST(RunSignals, EveryCodeAndEverySignalOfTheCommandIsTold) {
  const RunProject project;
  // One verification for each would be most of the time: level layout reads no blob.
  const BinaryAnswer answer = run_binary(by_shell(
      project,
      "ulimit -c 0; run() { \"$HUBWARD\" run -q --level layout --cache-dir hub -- \"$@\"; }; "
      "code=0;"
      "while [ $code -le 255 ]; do run sh -c \"exit $code\"; [ $? = $code ] || echo code $code; "
      "code=$((code + 1)); done; signal=1;"
      "while [ $signal -le 31 ]; do case $signal in 17|18|19|20|21|22|23|28) ;; "
      "*) run sh -c \"kill -$signal \\$\\$\"; [ $? = $((128 + signal)) ] || echo signal $signal;; "
      "esac; signal=$((signal + 1)); done"));
  EXPECT_EQ(answer.out, "");
}

TEST(RunSignals, ACommandThatLeavesACoreIsToldLikeAnyOther) {
  const RunProject project;
  EXPECT_EQ(run_binary(by_shell(project,
                                "ulimit -c unlimited; \"$HUBWARD\" run --cache-dir hub -- "
                                "sh -c 'ulimit -c; kill -SEGV $$'"))
                .exit_code,
            128 + SIGSEGV);
}

TEST(RunSignals, LimitsMaskAndDispositionsAreThoseThatHubwardGot) {
  const RunProject project;
  const std::string look =
      "sh -c 'ulimit -S -a; ulimit -H -a; grep -E \"^Sig(Blk|Ign|Cgt)\" /proc/self/status; umask'";
  const std::string around =
      "ulimit -c 0; ulimit -n 200; ulimit -f 4096; umask 027; trap '' HUP USR2 PIPE; ";
  const BinaryAnswer plain = run_binary(by_shell(project, around + look));
  const BinaryAnswer run =
      run_binary(by_shell(project, around + "\"$HUBWARD\" run --cache-dir hub -- " + look));
  EXPECT_EQ(run.out, plain.out);
  EXPECT_EQ(run.exit_code, 0) << run.err;
}

TEST(RunSignals, ATooLargeFileEndsTheCommandByXfszAndCostsOnlyTheReport) {
  const RunProject project;
  const BinaryAnswer answer =
      run_binary(by_shell(project,
                          "ulimit -f 1; \"$HUBWARD\" run --cache-dir hub --report report.json -- "
                          "sh -c 'echo started; exec head -c 100000 /dev/zero >big'"));
  EXPECT_EQ(answer.exit_code, 128 + SIGXFSZ) << answer.err;
  EXPECT_EQ(answer.out, "started\n");
  EXPECT_THAT(answer.err, HasSubstr("hubward: warning: --report: "));
  EXPECT_FALSE(exists(project / "report.json"));
}

TEST(RunSignals, AnAlarmSetAroundHubwardEndsTheCommand) {
  const RunProject project;
  EXPECT_EQ(
      run_binary(by_shell(project,
                          "exec perl -e 'alarm 2; exec @ARGV' \"$HUBWARD\" run --cache-dir hub "
                          "-- sleep 1000"))
          .exit_code,
      128 + SIGALRM);
}

TEST(RunSignals, ATermAfterTheCommandsEndDoesNotTakeThePlaceOfItsCode) {
  const RunProject project;
  const std::string fifo = project / "report";
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
  // Nobody reads the report, so hubward is still there when the command has gone.
  Wrapped wrapped(process(project, shell("exit 5"), {"--report", "report"}));
  std::string line;
  while (line.find("command ended with 5") == std::string::npos) line = wrapped.read_error_line();
  ::kill(wrapped.pid(), SIGTERM);
  EXPECT_EQ(wrapped.wait(), 5);
}

TEST(RunSignals, ATermBeforeTheCommandEndsHubwardAndStartsNothing) {
  const RunProject project;
  int ends[2] = {-1, -1};
  ASSERT_EQ(::pipe(ends), 0);
  Wrapped wrapped(
      process(project, {"touch", "started"}, {"--manifest", "/dev/fd/" + std::to_string(ends[0])}));
  // More than a pipe holds: all of it is gone when hubward reads, and waits for the rest.
  const std::string comment(70'000, '#');
  EXPECT_EQ(::write(ends[1], comment.data(), comment.size()), 70'000);
  ::kill(wrapped.pid(), SIGTERM);
  EXPECT_EQ(wrapped.wait(), -SIGTERM);
  for (const int end : ends) ::close(end);
  EXPECT_FALSE(exists(project / "started"));
}

TEST(RunSignals, AHangUpUnderNohupDuringTheDownloadEndsNothing) {
  const RunProject project;
  remove_tree(project.cache() / project.repo().blob("config.json"));
  project.fetch_by("kill -HUP $PPID; " + project.restore());
  const BinaryAnswer answer = run_binary(by_shell(
      project, "trap '' HUP; \"$HUBWARD\" run --cache-dir hub -- sh -c 'echo $HUBWARD_MODE'"));
  EXPECT_EQ(answer.out, "offline\n") << answer.err;
  EXPECT_EQ(answer.exit_code, 0);
}

TEST(RunSignals, AnInterruptThatEndsTheDownloadBeforeHubwardHearsOfItEndsHubwardToo) {
  const RunProject project;
  remove_tree(project.cache() / project.repo().blob("config.json"));
  // The helper waits until hubward has seen the download's end, for its number stays until then.
  project.fetch_by(
      "me=$$; (while kill -0 $me; do :; done 2>/dev/null; kill -INT $PPID) & kill -INT $$");
  const BinaryAnswer answer = project.run({"echo", "started"});
  EXPECT_EQ(answer.exit_code, 130) << answer.err;
  EXPECT_EQ(answer.out, "");
}

TEST(RunSignals, TheTimeoutReachesDescendantsInSessionsOfTheirOwnAndStoppedOnes) {
  const RunProject project;
  Wrapped wrapped(process(project,
                          shell("setsid sh -c 'trap \"\" TERM; echo $$; exec sleep 1000' & "
                                "sh -c 'echo $$; kill -STOP $$' & wait"),
                          {"--timeout", "2s", "--kill-after", "1s"}));
  const pid_t first = std::stoi(wrapped.read_line());
  const pid_t second = std::stoi(wrapped.read_line());
  EXPECT_EQ(wrapped.wait(), 124);
  wait_until_gone(first);
  wait_until_gone(second);
}

TEST(RunSignals, TheTimeoutComesThoughNobodyReadsWhatIsWritten) {
  const RunProject project;
  // The pipe is full and stays so: the command hangs in its write, and our last line would.
  Wrapped wrapped([body = process(project, {"yes"}, {"--timeout", "1s"})] {
    ::dup2(STDOUT_FILENO, STDERR_FILENO);
    return body();
  });
  EXPECT_EQ(wrapped.wait(), 124);
}

TEST(RunSignals, ARunInARunDoublesAndLosesNothing) {
  const RunProject project;
  const BinaryCall inner = project.call(noting_signals(3));
  std::vector<std::string> command = {binary_path()};
  command.insert(command.end(), inner.args.begin(), inner.args.end());
  Wrapped wrapped(process(project, command));
  const pid_t noting = pid_in(wrapped.read_line());
  for (int round = 0; round < 3; ++round) {
    ::kill(wrapped.pid(), SIGINT);
    EXPECT_EQ(wrapped.read_line(), "INT");
    ::kill(-wrapped.pid(), SIGTERM);
    EXPECT_EQ(wrapped.read_line(), "TERM");
    wait_until_heard(wrapped.pid());
    wait_until_heard(parent_of(noting));
  }
  ::kill(noting, SIGALRM);
  EXPECT_EQ(wrapped.read_all_output(), "ALRM\n");
  EXPECT_EQ(wrapped.wait(), 3);
}

// A process namespace of one's own; where the kernel gives none to us, that is said.
bool may_unshare() {
  return run_binary({.args = {"-r", "-m", "-p", "-f", "true"},
                     .folder = "/tmp",
                     .program = "/usr/bin/unshare"})
             .exit_code == 0;
}

BinaryAnswer in_namespace(const RunProject& project, const std::string& script) {
  BinaryCall call = by_shell(project, script);
  call.args = {"-r", "-m", "-p", "-f", "--kill-child", "sh", "-c", script};
  call.program = "/usr/bin/unshare";
  return run_binary(call);
}

TEST(RunSignals, AsProcessOneOfAContainerItPassesSignalsOnAndReapsOrphans) {
  if (!may_unshare()) GTEST_SKIP() << "no process namespace for us here";
  const RunProject project;
  const BinaryAnswer answer =
      in_namespace(project,
                   "mount -t proc proc /proc; exec \"$HUBWARD\" run --cache-dir hub -- sh -c '"
                   "trap \"echo term; exit 6\" TERM; (sh -c \"sleep 0.01 &\"); kill -TERM 1; "
                   "while :; do sleep 0.01; done'");
  EXPECT_EQ(answer.out, "term\n");
  EXPECT_EQ(answer.exit_code, 6) << answer.err;
}

TEST(RunSignals, AsProcessOneItCanBeEndedBeforeTheCommandHasStarted) {
  if (!may_unshare()) GTEST_SKIP() << "no process namespace for us here";
  const RunProject project;
  ASSERT_EQ(::mkfifo((project / "manifest").c_str(), 0600), 0);
  // More than a pipe holds: it is gone when hubward reads, and waits for the rest.
  const BinaryAnswer answer =
      in_namespace(project,
                   "mount -t proc proc /proc; exec 9<>manifest; "
                   "(head -c 70000 /dev/zero | tr '\\0' '#' >&9; kill -TERM 1; sleep 2; echo >&9; "
                   "echo gpt2 >&9) & "
                   "exec \"$HUBWARD\" run --cache-dir hub --manifest - -- echo started <&9");
  EXPECT_EQ(answer.exit_code, 143) << answer.err;
  EXPECT_EQ(answer.out, "");
}

void expect_an_end_without_proc(const RunProject& project, const std::string& proc) {
  const BinaryAnswer answer = in_namespace(
      project, proc +
                   "; \"$HUBWARD\" run --timeout 1s --kill-after 1s --cache-dir hub -- "
                   "sh -c 'trap \"\" TERM; echo kept >&7; while :; do sleep 0.1; done' 7>&1");
  EXPECT_EQ(answer.exit_code, 124) << answer.err;
  EXPECT_EQ(answer.out, "kept\n");
  EXPECT_THAT(answer.err, HasSubstr("hubward: warning: no /proc here"));
}

TEST(RunSignals, UnderAForeignProcTheTimeoutStillEndsTheCommandAndDescriptorsReachIt) {
  if (!may_unshare()) GTEST_SKIP() << "no process namespace for us here";
  const RunProject project;
  // That of the outer namespace, in which every number means another process.
  expect_an_end_without_proc(project, "true");
}

TEST(RunSignals, WithoutProcTheTimeoutStillEndsTheCommandAndDescriptorsReachIt) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP()
      << "AddressSanitizer finds neither its options nor a process's threads without /proc";
#endif
  if (!may_unshare()) GTEST_SKIP() << "no process namespace for us here";
  const RunProject project;
  expect_an_end_without_proc(project, "mount -t tmpfs none /proc");
}

TEST(RunSignals, WhereOneMoreProcessMayBeMadeItIsTheCommand) {
  if (!running_as_root()) GTEST_SKIP() << "needs an account of its own to count";
  const RunProject project;
  make_folder(project / "home");
  // An account that nobody has, so that nobody else's processes count. setpriv and prlimit become
  // hubward, which is the first of two.
  const std::string account = std::to_string(100'000'000 + ::getpid());
  const BinaryAnswer answer = run_binary(
      by_shell(project, "cp \"$HUBWARD\" ./hubward; chmod 755 . hubward; exec setpriv --reuid " +
                            account + " --regid " + account +
                            " --clear-groups prlimit --nproc=2 ./hubward run --cache-dir hub -- "
                            "/bin/sh -c 'exit 7'"));
  EXPECT_EQ(answer.exit_code, 7) << answer.err;
}

}  // namespace
}  // namespace hubward::test
