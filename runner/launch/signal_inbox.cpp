#include "runner/launch/signal_inbox.h"

#include <sys/signalfd.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <ctime>
#include <utility>

namespace hubward {
namespace {

// Faults are ours alone and must end us.
constexpr int kFaults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGSYS};
// Blocked, that a line of ours on the terminal cannot stop us in the background; never passed on.
constexpr int kNotForOthers[] = {SIGTTIN, SIGTTOU, SIGPIPE};

sigset_t blocked_signals() {
  sigset_t set;
  ::sigfillset(&set);
  for (const int signal : kFaults) ::sigdelset(&set, signal);
  return set;
}

sigset_t watched_signals() {
  sigset_t set = blocked_signals();
  for (const int signal : kNotForOthers) ::sigdelset(&set, signal);
  return set;
}

struct Sent {
  int signal = 0;
  bool by_kernel = false;
};

/// An Alarm of ours (alarm.h), whose whole work was to wake us.
bool is_own_alarm(const struct signalfd_siginfo& info) {
  return info.ssi_signo == SIGCONT && info.ssi_code == SI_TIMER;
}

std::vector<Sent> read_all(int signals) {
  std::vector<Sent> sent;
  struct signalfd_siginfo info = {};
  while (::read(signals, &info, sizeof info) == ssize_t{sizeof info}) {
    const int signal = static_cast<int>(info.ssi_signo);
    if (signal == SIGCHLD || is_own_alarm(info)) continue;
    sent.push_back({signal, info.ssi_code == SI_KERNEL});
  }
  return sent;
}

// The kernel speaks for a terminal to all of its foreground group. Only the news that the terminal
// has gone is for the session's leader alone, and what is no terminal's affair (a timer that ran
// out, a limit that was reached) is for one process. Source: Linux 6.x, drivers/tty/tty_jobctrl.c.
bool kernel_tells_the_group(int signal) {
  switch (signal) {
    case SIGINT:
    case SIGQUIT:
    case SIGTSTP:
    case SIGWINCH: return true;
    case SIGHUP:
    case SIGCONT: return ::getsid(0) != ::getpid();
    default: return false;
  }
}

}  // namespace

SignalInbox::SignalInbox(const InheritedSignals& inherited, const Legacy* legacy, UniqueFd signals)
    : inherited_(&inherited),
      signals_(std::move(signals)),
      witness_(Witness::start(legacy)),
      emptied_at_(monotonic_nanoseconds()) {}

Result<std::unique_ptr<SignalInbox>> SignalInbox::open(const InheritedSignals& inherited,
                                                       const Legacy* legacy) {
  const sigset_t watched = watched_signals();
  UniqueFd signals(::signalfd(-1, &watched, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!signals.is_open()) return fail(ErrorKind::io, "", "cannot watch for signals", errno);
  // An ignored SIGCHLD would have the kernel throw away how the command ended.
  struct sigaction plain = {};
  plain.sa_handler = SIG_DFL;
  ::sigaction(SIGCHLD, &plain, nullptr);
  const sigset_t blocked = blocked_signals();
  ::pthread_sigmask(SIG_SETMASK, &blocked, nullptr);
  return std::unique_ptr<SignalInbox>(new SignalInbox(inherited, legacy, std::move(signals)));
}

SignalInbox::~SignalInbox() {
  const sigset_t blocked = blocked_signals();
  const struct timespec at_once = {};
  while (::sigtimedwait(&blocked, nullptr, &at_once) > 0) {
  }
  if (!leaves_blocked_) inherited_->restore_all_but_writes();
}

std::optional<int> SignalInbox::waiting_end() const {
  sigset_t waiting;
  ::sigemptyset(&waiting);
  ::sigpending(&waiting);
  for (int signal = 1; signal <= SIGRTMAX; ++signal) {
    if (asks_to_end(signal) && is_heard(signal) && ::sigismember(&waiting, signal) == 1) {
      return signal;
    }
  }
  return std::nullopt;
}

std::vector<Arrival> SignalInbox::take() {
  const std::vector<Sent> sent = read_all(signals_.get());
  const std::int64_t since = std::exchange(emptied_at_, monotonic_nanoseconds());
  if (sent.empty()) return {};
  SignalMask asked = 0;
  for (const Sent& one : sent) asked |= mask_of(one.signal);
  const SignalMask told = witness_.ask(asked, since).value_or(0);
  std::vector<Arrival> arrivals;
  for (const Sent& one : sent) {
    const bool witnessed = (told & mask_of(one.signal)) != 0;
    const bool by_terminal = one.by_kernel && kernel_tells_the_group(one.signal);
    arrivals.push_back({one.signal, witnessed || by_terminal});
  }
  return arrivals;
}

void SignalInbox::settle_stops() {
  witness_.ask(mask_of(SIGTSTP) | mask_of(SIGTTIN) | mask_of(SIGTTOU), 0);
}

bool asks_to_end(int signal) {
  return signal == SIGINT || signal == SIGTERM || signal == SIGHUP || signal == SIGQUIT;
}

}  // namespace hubward
