// What is told of a guard before anything is started, on machines that forbid one step or another:
// each is played by a filter that a child lays on itself.
#include "runner/guard/guard.h"

#include <gtest/gtest.h>

#include <dirent.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <string>
#include <vector>

namespace hubward::test {
namespace {

/// A call of this machine's own table fails from here on.
bool forbid(long call, int error) {
  sock_filter program[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<std::uint32_t>(call), 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | static_cast<std::uint32_t>(error)),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
  const sock_fprog filter = {4, program};
  return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0;
}

/// "mechanism|names|failed" as a process learns it that has done `first` to itself.
std::string said_by_child(const std::function<bool()>& first, const GuardRequest& request) {
  int ends[2] = {-1, -1};
  EXPECT_EQ(::pipe(ends), 0);
  const pid_t pid = ::fork();
  if (pid == 0) {
    if (!first()) ::_exit(1);
    const GuardAbility ability = probe_guard(request);
    const std::string text = ability.mechanism + "|" + ability.names + "|" + ability.failed;
    ::_exit(::write(ends[1], text.data(), text.size()) < 0 ? 1 : 0);
  }
  ::close(ends[1]);
  std::string text(4096, '\0');
  const ssize_t size = ::read(ends[0], text.data(), text.size());
  ::close(ends[0]);
  ::waitpid(pid, nullptr, 0);
  text.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
  return text;
}

/// Where that call fails with `error`.
std::string ability_where(long call, int error, const GuardRequest& request) {
  return said_by_child([&] { return forbid(call, error); }, request);
}

/// This machine as it is.
bool has_guard() {
  const GuardAbility ability = probe_guard({});
  if (ability.mechanism == "seccomp") return true;
  EXPECT_EQ(std::getenv("CI"), nullptr) << ability.failed;
  return false;
}

std::size_t open_descriptors() {
  DIR* folder = ::opendir("/proc/self/fd");
  std::size_t count = 0;
  while (::readdir(folder) != nullptr) ++count;
  ::closedir(folder);
  return count;
}

TEST(GuardProbe, WhereAGuardHoldsItSaysByWhatAndLeavesNothingBehind) {
  if (!has_guard()) GTEST_SKIP() << "no guard holds here";
  const std::size_t before = open_descriptors();
  const GuardAbility ability = probe_guard({.mode = GuardMode::observe});
  EXPECT_EQ(ability.mechanism, "seccomp");
  EXPECT_EQ(ability.failed, "");
  EXPECT_TRUE(ability.names == "own_network" || ability.names == "payload") << ability.names;
  EXPECT_EQ(ability.names == "own_network", ability.warnings.empty());
  EXPECT_EQ(open_descriptors(), before);
  EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1);
  EXPECT_EQ(errno, ECHILD);
  // It lies on no thread of this process.
  EXPECT_EQ(::prctl(PR_GET_SECCOMP, 0, 0, 0, 0), 0);
  EXPECT_EQ(::prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0), 0);
}

TEST(GuardProbe, WithoutFiltersOfCallsItNamesThatStep) {
  for (const GuardMode mode : {GuardMode::off, GuardMode::observe, GuardMode::enforce}) {
    const std::string said = ability_where(SYS_seccomp, EPERM, {.mode = mode});
    EXPECT_TRUE(said.starts_with("none|none|")) << said;
    EXPECT_NE(said.find("(seccomp notification)"), std::string::npos) << said;
    EXPECT_NE(said.find("a container's security profile may forbid it"), std::string::npos) << said;
  }
}

TEST(GuardProbe, WithFewDescriptorsItSaysSoBeforeAnybodyWaitsForOne) {
  const auto said_with = [](rlim_t most) {
    return said_by_child(
        [most] {
          const rlimit limit = {most, most};
          return ::setrlimit(RLIMIT_NOFILE, &limit) == 0;
        },
        {});
  };
  EXPECT_NE(said_with(63).find("(ulimit -n)"), std::string::npos);
  if (!has_guard()) GTEST_SKIP() << "no guard holds here";
  EXPECT_TRUE(said_with(64).starts_with("seccomp|")) << said_with(64);
}

TEST(GuardProbe, WhereNobodyMayReadAnothersMemoryItNamesThatStepAndWhatAllowsIt) {
  if (!has_guard()) GTEST_SKIP() << "no guard holds here";
  const std::string said = ability_where(SYS_process_vm_readv, EPERM, {});
  EXPECT_TRUE(said.starts_with("none|none|")) << said;
  EXPECT_NE(said.find("process_vm_readv"), std::string::npos) << said;
  EXPECT_NE(said.find("CAP_SYS_PTRACE"), std::string::npos) << said;
}

TEST(GuardProbe, WithoutNamespacesNamesAreWeakerAndTheNetworkOfTheCommandsOwnFails) {
  if (!has_guard()) GTEST_SKIP() << "no guard holds here";
  EXPECT_EQ(ability_where(SYS_unshare, EPERM, {.mode = GuardMode::enforce}), "seccomp|redirect|");
  EXPECT_EQ(ability_where(SYS_unshare, EPERM, {.mode = GuardMode::observe}), "seccomp|payload|");
  const std::string said =
      ability_where(SYS_unshare, EPERM, {.mode = GuardMode::enforce, .with = GuardWith::netns});
  EXPECT_TRUE(said.starts_with("none|none|")) << said;
  EXPECT_GT(said.size(), std::strlen("none|none|")) << said;
}

TEST(GuardProbe, BelowAWatchedProcessTheOuterGuardCountsAndAMarkAloneDoesNot) {
  if (!has_guard()) GTEST_SKIP() << "no guard holds here";
  // The kernel's answer where there is a listener already.
  const GuardRequest marked = {.mode = GuardMode::enforce, .outer = "enforce"};
  EXPECT_EQ(probe_guard(marked).mechanism, "seccomp");
  const std::string unmarked = ability_where(SYS_seccomp, EBUSY, {.mode = GuardMode::enforce});
  EXPECT_TRUE(unmarked.starts_with("none|none|")) << unmarked;
  EXPECT_NE(unmarked.find("watched by someone else"), std::string::npos) << unmarked;
  EXPECT_EQ(ability_where(SYS_seccomp, EBUSY, marked), "outer|none|");
}

}  // namespace
}  // namespace hubward::test
