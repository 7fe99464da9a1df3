#include "runner/launch/launcher.h"

#include "runner/launch/standard_streams.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/wrapped.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>

namespace hubward {
namespace {

using test::shell;
using test::TemporaryFolder;
using test::Wrapped;
using testing::HasSubstr;
namespace fs = std::filesystem;

TEST(Launcher, ArgumentsReachTheCommandUnchangedAndNoShellSeesThem) {
  Wrapped wrapped({.command = {"printf", "%s|", "", "a b", "$HOME", ";exit 3", "\xff", "*"}});
  EXPECT_EQ(wrapped.read_all_output(), "|a b|$HOME|;exit 3|\xff|*|");
  EXPECT_EQ(wrapped.wait(), 0);
}

TEST(Launcher, TheCommandIsCalledByTheNameThatWasGiven) {
  Wrapped wrapped({.command = shell("tr '\\0' ' ' < /proc/$$/cmdline")});
  EXPECT_EQ(wrapped.read_all_output().substr(0, 6), "sh -c ");
  EXPECT_EQ(wrapped.wait(), 0);
}

TEST(Launcher, TheEnvironmentIsTheOneGivenByteForByte) {
  Wrapped wrapped({.command = {"/usr/bin/env", "-0"}, .environment = {"B=2", "A=\xff\n", "B=3"}});
  EXPECT_EQ(wrapped.read_all_output(), std::string("B=2\0A=\xff\n\0B=3\0", 13));
  EXPECT_EQ(wrapped.wait(), 0);
}

TEST(Launcher, TenMegabytesPassThroughTheStreamsByteForByte) {
  std::string bytes(10'000'000, '\0');
  for (std::size_t i = 0; i < bytes.size(); ++i)
    bytes[i] = static_cast<char>(i * 2654435761U >> 24);
  const TemporaryFolder folder;
  std::ofstream(folder / "in", std::ios::binary) << bytes;
  Wrapped wrapped({.command = {"cat"}, .before = [&] {
                     const int in = ::open((folder / "in").c_str(), O_RDONLY | O_CLOEXEC);
                     ::dup2(in, STDIN_FILENO);
                   }});
  EXPECT_TRUE(wrapped.read_all_output() == bytes);
  EXPECT_EQ(wrapped.wait(), 0);
}

TEST(Launcher, AnInheritedDescriptorStaysOpenForTheCommand) {
  Wrapped wrapped({.command = shell("echo kept >&7"), .before = [] { ::dup2(STDOUT_FILENO, 7); }});
  EXPECT_EQ(wrapped.read_all_output(), "kept\n");
  EXPECT_EQ(wrapped.wait(), 0);
}

TEST(Launcher, NoDescriptorOfOursReachesTheCommand) {
  Wrapped wrapped({.command = {"ls", "/proc/self/fd"}, .before = [] {
                     ::close_range(3, ~0U, 0);
                     ::dup2(STDOUT_FILENO, 9);
                   }});
  // 3 is the folder that ls itself has opened.
  EXPECT_EQ(wrapped.read_all_output(), "0\n1\n2\n3\n9\n");
  EXPECT_EQ(wrapped.wait(), 0);
}

TEST(Launcher, ClosedStreamsStayClosedForTheCommand) {
  for (const int stream : {0, 1, 2}) {
    Wrapped wrapped({.command = shell("[ ! -e /proc/$$/fd/" + std::to_string(stream) + " ]"),
                     .before = [stream] {
                       ::close(stream);
                       plug_closed_streams();
                     }});
    EXPECT_EQ(wrapped.wait(), 0) << stream;
  }
}

TEST(Launcher, AnIgnoredSignalStaysIgnoredAndNoOtherBecomesSo) {
  Wrapped wrapped({.command = {"grep", "-E", "^Sig(Ign|Blk)", "/proc/self/status"}, .before = [] {
                     for (int signal = 1; signal < 32; ++signal) ::signal(signal, SIG_DFL);
                     ::signal(SIGHUP, SIG_IGN);
                     ::signal(SIGINT, SIG_IGN);
                   }});
  EXPECT_EQ(wrapped.read_all_output(), "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000003\n");
  EXPECT_EQ(wrapped.wait(), 0);
}

TEST(Launcher, ARunningAlarmIsTheCommandsNotOurs) {
  Wrapped wrapped(
      {.command = {"python3", "-c",
                   "import signal; print(signal.getitimer(signal.ITIMER_REAL)[0] > 900)"},
       .before = [] { ::alarm(1000); }});
  EXPECT_EQ(wrapped.read_all_output(), "True\n");
  EXPECT_EQ(wrapped.wait(), 0);
}

TEST(Launcher, AnAlarmThatRunsOutEndsTheCommand) {
  Wrapped wrapped({.command = {"sleep", "1000"}, .before = [] { ::alarm(1); }});
  EXPECT_EQ(wrapped.wait(), 128 + SIGALRM);
}

TEST(Launcher, TheParentDeathSignalReachesTheCommand) {
  Wrapped wrapped({.command = {"python3", "-c",
                               "import ctypes\n"
                               "told = ctypes.c_int()\n"
                               "ctypes.CDLL(None).prctl(2, ctypes.byref(told))\n"
                               "print(told.value)"},
                   .before = [] { ::prctl(PR_SET_PDEATHSIG, SIGUSR2); }});
  EXPECT_EQ(wrapped.read_all_output(), std::to_string(SIGUSR2) + "\n");
  EXPECT_EQ(wrapped.wait(), 0);
}

TEST(Launcher, AnIgnoredChildSignalReachesTheCommandButNotTheSentinel) {
  Wrapped wrapped({.command = {"sed", "-n", "/^SigIgn/p;$q7", "/proc/self/status"},
                   .before = [] { ::signal(SIGCHLD, SIG_IGN); }});
  EXPECT_THAT(wrapped.read_all_output(), HasSubstr("10000\n"));
  EXPECT_EQ(wrapped.wait(), 7);
}

TEST(Launcher, ABlockedSignalStaysBlocked) {
  Wrapped wrapped({.command = {"grep", "^SigBlk", "/proc/self/status"}, .before = [] {
                     sigset_t set;
                     ::sigemptyset(&set);
                     ::sigaddset(&set, SIGUSR2);
                     ::sigprocmask(SIG_SETMASK, &set, nullptr);
                   }});
  EXPECT_EQ(wrapped.read_all_output(), "SigBlk:\t0000000000000800\n");
  EXPECT_EQ(wrapped.wait(), 0);
}

TEST(Launcher, GroupSessionDirectoryMaskAndLimitsAreHubwards) {
  const TemporaryFolder folder;
  Wrapped wrapped(
      {.command = shell("ps -o pgid=,sid= -p $$; pwd; umask; ulimit -n"), .before = [&] {
         ::umask(027);
         const struct rlimit limit = {333, 333};
         ::setrlimit(RLIMIT_NOFILE, &limit);
         EXPECT_EQ(::chdir(folder.path().c_str()), 0);
       }});
  const std::string group = wrapped.read_line();
  const std::string expected =
      std::to_string(wrapped.pid()) + " " + std::to_string(::getsid(wrapped.pid()));
  EXPECT_THAT(group, HasSubstr(std::to_string(wrapped.pid())));
  EXPECT_THAT(group, HasSubstr(std::to_string(::getsid(wrapped.pid()))));
  EXPECT_EQ(wrapped.read_line(), folder.path());
  EXPECT_EQ(wrapped.read_line(), "0027");
  EXPECT_EQ(wrapped.read_line(), "333");
  EXPECT_EQ(wrapped.wait(), 0);
}

TEST(Launcher, ADownloaderReadsNothingAndWritesToStandardErrorOnly) {
  Wrapped wrapped(
      {.command = shell("cat; echo out; echo err >&2"), .streams = Streams::downloader});
  EXPECT_EQ(wrapped.read_all_output(), "");
  EXPECT_EQ(wrapped.read_all_errors(), "out\nerr\n");
  EXPECT_EQ(wrapped.wait(), 0);
}

TEST(Launcher, AScriptWhoseInterpreterIsGoneIsNotFound) {
  const TemporaryFolder folder;
  std::ofstream(folder / "script") << "#!/no/such/interpreter\n";
  fs::permissions(folder / "script", fs::perms::owner_all);
  EXPECT_EQ(Wrapped({.command = {folder / "script"}}).wait(), 127);
}

TEST(Launcher, AFileThatIsNoProgramIsNotRunnableAndNoShellTriesIt) {
  const TemporaryFolder folder;
  std::ofstream(folder / "script") << "exit 0\n";
  fs::permissions(folder / "script", fs::perms::owner_all);
  EXPECT_EQ(Wrapped({.command = {folder / "script"}}).wait(), 126);
}

}  // namespace
}  // namespace hubward
