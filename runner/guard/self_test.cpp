#include "runner/guard/self_test.h"

#include "runner/guard/no_more.h"
#include "runner/guard/seccomp_watch.h"
#include "verifier/cache/unique_fd.h"

#include <fmt/core.h>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>

namespace hubward {
namespace {

constexpr const char* kNobody = "192.0.2.1";
constexpr const char* kSelf = "127.0.0.1";
constexpr std::uint16_t kDiscard = 9;

constexpr char kCannotRead[] =
    "the calls of another process cannot be read (process_vm_readv); a container may need "
    "CAP_SYS_PTRACE, or a kernel setting (kernel.yama.ptrace_scope) forbids it";
constexpr char kNotRefused[] = "a call that leaves the machine was not refused";
constexpr char kNotSeen[] = "a call that leaves the machine was refused, and not seen";
constexpr char kNotPassed[] = "a call that stays on the machine was not let pass";

/// What the child of the test reports.
struct Outcome {
  bool holds = false;
  bool calls_outlast_signals = true;
  int error = 0;
  std::array<char, 256> step = {};

  void fail_at(std::string_view what, int why) {
    holds = false;
    error = why;
    step = {};
    std::copy_n(what.data(), std::min(what.size(), step.size() - 1), step.data());
  }
};

/// The errno of a connect: of one that names no socket EBADF comes from the kernel, after all
/// guards.
int turn_to(const char* where, int socket) {
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(kDiscard);
  ::inet_pton(AF_INET, where, &address.sin_addr);
  const auto* const name = reinterpret_cast<const sockaddr*>(&address);
  return ::connect(socket, name, sizeof address) == 0 ? 0 : errno;
}

struct Answers {
  int nobody = 0;
  int self = 0;
};

/// Forks a child that asks for both. @return what failed as an errno, which is this thread's alone
tl::expected<Answers, int> ask() {
  int ends[2] = {-1, -1};
  if (::pipe2(ends, O_CLOEXEC) != 0) return tl::unexpected(errno);
  const UniqueFd reader(ends[0]);
  UniqueFd writer(ends[1]);
  const pid_t pid = ::fork();
  if (pid < 0) return tl::unexpected(errno);
  if (pid == 0) {
    // As an exec would make it: readable for its own user. All signals are blocked, so it leaves no
    // core with our memory in it.
    ::prctl(PR_SET_DUMPABLE, 1);
    const int datagrams = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    const Answers answers{turn_to(kNobody, datagrams), turn_to(kSelf, -1)};
    ::_exit(::write(writer.get(), &answers, sizeof answers) == ssize_t{sizeof answers} ? 0 : 1);
  }
  writer = UniqueFd();
  Answers answers;
  const ssize_t size = ::read(reader.get(), &answers, sizeof answers);
  ::waitpid(pid, nullptr, 0);
  if (size != ssize_t{sizeof answers}) return tl::unexpected(ECHILD);
  return answers;
}

void judge(const Answers& answers, const GuardReport& seen, Outcome& outcome) {
  const auto unreadable = [](const GuardAttempt& attempt) {
    return attempt.kind == AttemptKind::unreadable;
  };
  if (std::ranges::any_of(seen.leaks, unreadable)) return outcome.fail_at(kCannotRead, EPERM);
  if (answers.nobody != ENETUNREACH) return outcome.fail_at(kNotRefused, answers.nobody);
  if (seen.leaks.size() != 1 || seen.leaks.front().address != kNobody) {
    return outcome.fail_at(kNotSeen, 0);
  }
  if (answers.self != EBADF) return outcome.fail_at(kNotPassed, answers.self);
  outcome.holds = true;
}

Outcome try_it(Machine machine) {
  Outcome outcome;
  Attempts attempts;
  auto watch = SeccompWatch::begin({.machine = machine,
                                    .interference = Interference::refuse,
                                    .top = ::getpid(),
                                    .attempts = &attempts,
                                    .now = [] { return std::chrono::system_clock::time_point(); }});
  if (!watch) {
    outcome.fail_at(watch.error().what, watch.error().sys_errno);
    return outcome;
  }
  tl::expected<Answers, int> answers;
  (*watch)->run([&] { answers = ask(); });
  outcome.calls_outlast_signals = (*watch)->calls_outlast_signals();
  if (!answers) {
    const int error = answers.error();
    outcome.fail_at(fmt::format("a guarded process cannot be started{}", reached_limit(error)),
                    error);
    return outcome;
  }
  GuardReport seen;
  attempts.write_into(seen);
  judge(*answers, seen, outcome);
  return outcome;
}

/// Blocks every signal while it lives.
class Quiet {
 public:
  Quiet() {
    sigset_t all;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~Quiet() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  Quiet(const Quiet&) = delete;
  Quiet& operator=(const Quiet&) = delete;

 private:
  sigset_t before_ = {};
};

std::string helped(const Outcome& outcome) {
  std::string what(outcome.step.data());
  switch (outcome.error) {
    case EPERM:
    case EACCES: return what + "; a container's security profile may forbid it";
    case ENOSYS:
    case EINVAL: return what + "; it takes a kernel of 5.9 or newer";
    default: return what;
  }
}

}  // namespace

Result<std::vector<std::string>> try_seccomp(Machine machine) {
  int ends[2] = {-1, -1};
  if (::pipe2(ends, O_CLOEXEC) != 0) return fail(ErrorKind::io, "", "no pipe can be made", errno);
  const UniqueFd reader(ends[0]);
  UniqueFd writer(ends[1]);
  const Quiet quiet;
  const pid_t pid = ::fork();
  if (pid < 0) {
    const int error = errno;
    return fail(ErrorKind::io, "",
                fmt::format("a process to try it in cannot be started{}", reached_limit(error)),
                error);
  }
  if (pid == 0) {
    const Outcome outcome = try_it(machine);
    ::_exit(::write(writer.get(), &outcome, sizeof outcome) == ssize_t{sizeof outcome} ? 0 : 1);
  }
  writer = UniqueFd();
  Outcome outcome;
  const ssize_t size = ::read(reader.get(), &outcome, sizeof outcome);
  ::waitpid(pid, nullptr, 0);
  if (size != ssize_t{sizeof outcome}) {
    return fail(ErrorKind::io, "", "the process that tries it out has ended without a word");
  }
  if (!outcome.holds) return fail(ErrorKind::io, "", helped(outcome), outcome.error);
  std::vector<std::string> warnings;
  if (!outcome.calls_outlast_signals) {
    warnings.emplace_back(
        "this kernel (older than 5.19) breaks a watched call off when a signal arrives; programs "
        "that are interrupted often may fail");
  }
  return warnings;
}

}  // namespace hubward
