#include "runner/launch/witness.h"

#include "runner/launch/process_tree.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <ctime>
#include <utility>

namespace hubward {
namespace {

// A witness answers within microseconds, on a busy machine within some milliseconds.
constexpr int kPatienceMilliseconds = 20;
constexpr int kPatienceRounds = 250;
// Its mark may be a little older than hubward's last look, for it has got the signal before.
constexpr std::int64_t kMarginNanoseconds = 250'000'000;

struct Question {
  SignalMask asked = 0;
  std::int64_t since = 0;
};

// From here to start(): the witness's own process, between fork and _exit. Async-signal-safe calls
// only, but for the settling: it comes when nobody else is left, and there was one thread.

// `pkill -f hubward` means hubward. If it found the witness too, the signal would look as if it had
// been sent to the whole group, and the command would never hear of it.
void take_another_name() {
  ::prctl(PR_SET_NAME, "signal-witness");
  char line[4096];
  const int file = ::open("/proc/self/cmdline", O_RDONLY);
  const ssize_t size = file < 0 ? 0 : ::read(file, line, sizeof line);
  ::close(file);
  char* const name = program_invocation_name;
  if (size <= 0 || std::memcmp(name, line, static_cast<std::size_t>(size)) != 0) return;
  std::memset(name, 0, static_cast<std::size_t>(size));
  std::strncpy(name, "signal-witness", static_cast<std::size_t>(size) - 1);
}

constexpr int kStops[] = {SIGTSTP, SIGTTIN, SIGTTOU};

bool is_stop(int signal) { return signal == SIGTSTP || signal == SIGTTIN || signal == SIGTTOU; }

/// What came lately. The kernel lets a CONT undo the stops that still wait to be taken, and a stop
/// undo a CONT: whichever of the two came last also speaks for the other, which hubward may have
/// taken in time.
class Memory {
 public:
  void take_from(int signals) {
    struct signalfd_siginfo info = {};
    while (::read(signals, &info, sizeof info) == ssize_t{sizeof info}) {
      if (info.ssi_signo < kSignals) remember(static_cast<int>(info.ssi_signo));
    }
  }

  /// Those of the asked ones that came; what is told is forgotten.
  SignalMask tell(const Question& question) {
    oldest_ = question.since - kMarginNanoseconds;
    SignalMask told = 0;
    for (int signal = 1; signal < int{kSignals}; ++signal) {
      if ((question.asked & mask_of(signal)) == 0) continue;
      if (is_fresh(signal) || is_undone(signal)) told |= mask_of(signal);
      seen_at_[signal] = 0;
    }
    return told;
  }

 private:
  static constexpr unsigned kSignals = 65;

  void remember(int signal) {
    if (is_stop(signal)) seen_at_[SIGCONT] = 0;
    if (signal == SIGCONT) {
      for (const int stop : kStops) seen_at_[stop] = 0;
    }
    seen_at_[signal] = monotonic_nanoseconds();
  }
  bool is_fresh(int signal) const { return seen_at_[signal] != 0 && seen_at_[signal] > oldest_; }
  bool is_undone(int signal) const {
    if (is_stop(signal)) return is_fresh(SIGCONT);
    return signal == SIGCONT && (is_fresh(SIGTSTP) || is_fresh(SIGTTIN) || is_fresh(SIGTTOU));
  }

  std::int64_t seen_at_[kSignals] = {};
  std::int64_t oldest_ = 0;  ///< what came before belongs to no signal that is asked about
};

// Ends with hubward, by end of file.
[[noreturn]] void testify(int line, const Legacy* legacy, pid_t hubward) {
  take_another_name();
  // Held open, a pipe of the command's would never reach its end if hubward were killed.
  ::dup2(line, STDIN_FILENO);
  ::close_range(STDOUT_FILENO, ~0U, 0);
  sigset_t all;
  ::sigfillset(&all);
  const int signals = ::signalfd(-1, &all, SFD_NONBLOCK);
  Memory memory;
  for (;;) {
    struct pollfd ready[] = {{STDIN_FILENO, POLLIN, 0}, {signals, POLLIN, 0}};
    if (::poll(ready, 2, -1) < 0 && errno != EINTR) ::_exit(1);
    memory.take_from(signals);
    if (ready[0].revents == 0) continue;
    Question question;
    if (::read(STDIN_FILENO, &question, sizeof question) != ssize_t{sizeof question}) {
      if (legacy != nullptr) legacy->settle(hubward);
      ::_exit(0);
    }
    const SignalMask told = memory.tell(question);
    // Nobody listens any more: the next read tells.
    [[maybe_unused]] const ssize_t sent = ::send(STDIN_FILENO, &told, sizeof told, MSG_NOSIGNAL);
  }
}

}  // namespace

std::int64_t monotonic_nanoseconds() noexcept {
  struct timespec time = {};
  ::clock_gettime(CLOCK_MONOTONIC, &time);
  return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

Witness Witness::start(const Legacy* legacy) {
  Witness witness;
  int ends[2] = {-1, -1};
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) return witness;
  witness.line_ = UniqueFd(ends[0]);
  const UniqueFd other(ends[1]);
  // Blocked before the fork: what comes in the child's first instant is kept, not died of.
  sigset_t all;
  sigset_t before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  const pid_t hubward = ::getpid();
  witness.pid_ = ::fork();
  if (witness.pid_ == 0) testify(other.get(), legacy, hubward);
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  witness.ask(0, 0);  // until it answers, it still looks like hubward to `pkill`
  return witness;
}

Witness::Witness(Witness&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)), line_(std::move(other.line_)) {}

Witness::~Witness() { dismiss(); }

void Witness::dismiss() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

std::optional<SignalMask> Witness::ask(SignalMask signals, std::int64_t since) {
  if (pid_ <= 0) return std::nullopt;
  const Question question{signals, since};
  SignalMask answer = 0;
  // An answer that came too late was for another question.
  while (::recv(line_.get(), &answer, sizeof answer, MSG_DONTWAIT) > 0) {
  }
  if (::send(line_.get(), &question, sizeof question, MSG_NOSIGNAL | MSG_DONTWAIT) < 0) {
    return std::nullopt;
  }
  bool was_stopped = false;
  for (int round = 0; round < kPatienceRounds; ++round) {
    struct pollfd readable = {line_.get(), POLLIN, 0};
    if (::poll(&readable, 1, kPatienceMilliseconds) == 1) {
      if (::recv(line_.get(), &answer, sizeof answer, MSG_DONTWAIT) != ssize_t{sizeof answer}) {
        return std::nullopt;
      }
      return was_stopped ? answer & ~mask_of(SIGCONT) : answer;
    }
    if (!may_be_stopped(pid_)) continue;
    was_stopped = true;
    ::kill(pid_, SIGCONT);
  }
  return std::nullopt;
}

}  // namespace hubward
