#include "runner/launch/sentinel.h"

#include "runner/launch/roundup.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <climits>
#include <csignal>
#include <ctime>
#include <utility>

namespace hubward {
namespace {

using std::chrono::milliseconds;

constexpr int kTimedOut = 124;
// The killed go at once, but for those in the midst of a disk's or a network's answer.
constexpr int kKillRounds = 100;
constexpr milliseconds kKillRound{10};
constexpr milliseconds kLateNews{1000};

/// In the foreground of a terminal there is a shell that waits to be told that its job has stopped.
/// A command that is a shell itself may have taken the foreground for a group of its own.
bool is_in_foreground(pid_t child) {
  const UniqueFd terminal(::open("/dev/tty", O_RDONLY | O_NOCTTY | O_CLOEXEC));
  if (!terminal.is_open()) return false;
  const pid_t foreground = ::tcgetpgrp(terminal.get());
  return foreground == ::getpgrp() || foreground == ::getpgid(child);
}

Ending ending_of(const siginfo_t& info) {
  Ending ending;
  if (info.si_code == CLD_EXITED) {
    ending.exit_code = info.si_status;
  } else {
    ending.signal = info.si_status;
    ending.exit_code = 128 + info.si_status;
  }
  return ending;
}

int poll_timeout(std::optional<MonotonicTime> until, MonotonicTime now) {
  if (!until) return -1;
  const auto left = std::chrono::ceil<milliseconds>(*until - now).count();
  return static_cast<int>(std::clamp<decltype(left)>(left, 0, INT_MAX));
}

}  // namespace

Sentinel::Sentinel(std::unique_ptr<SharedLegacy> legacy, std::unique_ptr<SignalInbox> inbox,
                   const WatchRequest& request, MonotonicClock clock)
    : legacy_(std::move(legacy)),
      inbox_(std::move(inbox)),
      request_(request),
      clock_(std::move(clock)) {}

Result<std::unique_ptr<Sentinel>> Sentinel::prepare(const InheritedSignals& inherited,
                                                    const WatchRequest& request,
                                                    MonotonicClock clock) {
  auto legacy = std::make_unique<SharedLegacy>();
  HUBWARD_TRY(std::unique_ptr<SignalInbox> inbox, SignalInbox::open(inherited, legacy->get()));
  // Without it a daemonised grandchild would belong to init, out of sight of the timeout.
  ::prctl(PR_SET_CHILD_SUBREAPER, 1UL, 0UL, 0UL, 0UL);
  std::unique_ptr<Sentinel> sentinel(
      new Sentinel(std::move(legacy), std::move(inbox), request, std::move(clock)));
  if (request.timeout) {
    // Set anew when the watch begins; until then it is for a job that is stopped at once.
    sentinel->alarm_.emplace();
    sentinel->alarm_->set(*request.timeout);
    const std::vector<ProcessId> before = descendants_of(::getpid(), {});
    sentinel->not_the_commands_.insert(before.begin(), before.end());
  }
  return sentinel;
}

Ending Sentinel::watch(const Child& child) {
  child_ = child.pid;
  pass_on_early(child.early);
  std::optional<MonotonicTime> until;
  if (request_.timeout) until = clock_() + *request_.timeout;
  watch_until(until, [this] { return ending_.has_value(); });
  if (!ending_) end_all();
  ending_->asked_to_end = asked_to_end_;
  return *ending_;
}

std::optional<int> Sentinel::asked_to_end_at_last() {
  for (const Arrival& arrival : inbox_->take()) pass_on(arrival);
  const bool is_expected = ending_->signal && asks_to_end(*ending_->signal);
  const MonotonicTime until = clock_() + kLateNews;
  while (is_expected && !asked_to_end_ && clock_() < until) {
    wait_for_signals(until);
    for (const Arrival& arrival : inbox_->take()) pass_on(arrival);
  }
  return asked_to_end_;
}

void Sentinel::watch_until(std::optional<MonotonicTime> until,
                           const std::function<bool()>& enough) {
  until_ = until;
  if (until && alarm_) alarm_->set(*until - clock_());
  // The first round looks without waiting, for SIGCHLD may have been read together with others.
  for (reap(); !enough(); reap()) {
    if (until && clock_() >= *until) return;
    wait_for_signals(until);
    for (const Arrival& arrival : inbox_->take()) pass_on(arrival);
  }
}

void Sentinel::wait_for_signals(std::optional<MonotonicTime> until) {
  struct pollfd readable = {inbox_->descriptor(), POLLIN, 0};
  ::poll(&readable, 1, poll_timeout(until, clock_()));
}

void Sentinel::pass_on(const Arrival& arrival) {
  if (asks_to_end(arrival.signal) && inbox_->is_heard(arrival.signal)) {
    asked_to_end_ = arrival.signal;
  }
  if (ending_) return;
  // A command that has left our group got nothing of what the group got.
  if (arrival.to_group && ::getpgid(child_) == ::getpgrp()) return;
  ::kill(child_, arrival.signal);
}

void Sentinel::pass_on_early(const EarlySignals& early) {
  if (early.waiting == 0) return;
  for (const Arrival& arrival : inbox_->take()) {
    const SignalMask mask = mask_of(arrival.signal);
    // Who has got it is known here without the witness.
    if ((early.missed & mask) != 0) {
      pass_on({arrival.signal, false});
    } else if ((early.waiting & mask) == 0) {
      pass_on(arrival);
    }
  }
}

void Sentinel::reap() {
  for (;;) {
    siginfo_t info = {};
    if (::waitid(P_ALL, 0, &info, WEXITED | WSTOPPED | WNOHANG) != 0 || info.si_pid == 0) return;
    if (info.si_pid == inbox_->witness().pid() && info.si_code != CLD_STOPPED) {
      inbox_->witness().forget();
    }
    if (info.si_pid != child_) continue;
    if (info.si_code == CLD_STOPPED) {
      if (!ends_all_) stop_like(info.si_status);
    } else {
      ending_ = ending_of(info);
    }
  }
}

// A shell believes that a job has stopped when the process that it started has, so hubward stops
// after its command, by the same signal. Raised while it is blocked and looked at before it is let
// in: a CONT that comes in between takes it back, so hubward cannot be left stopped beside a
// running command.
void Sentinel::stop_like(int signal) {
  if (until_ && clock_() >= *until_) return;
  inbox_->settle_stops();
  if (signal == SIGSTOP) {
    // Nothing can be taken back here. Someone who stops and continues the command by its own number
    // would continue only that, so hubward follows only where a shell is waiting.
    if (is_in_foreground(child_) && may_be_stopped(child_)) static_cast<void>(::raise(SIGSTOP));
    return;
  }
  sigset_t set;
  ::sigemptyset(&set);
  ::sigaddset(&set, signal);
  struct sigaction plain = {};
  plain.sa_handler = SIG_DFL;
  struct sigaction before = {};
  ::sigaction(signal, &plain, &before);
  static_cast<void>(::raise(signal));
  if (may_be_stopped(child_)) {
    ::pthread_sigmask(SIG_UNBLOCK, &set, nullptr);  // stops here, until continued
    ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
  } else {
    const struct timespec at_once = {};
    ::sigtimedwait(&set, nullptr, &at_once);
  }
  ::sigaction(signal, &before, nullptr);
}

std::vector<ProcessId> Sentinel::descendants() const {
  if (!has_own_proc()) {
    return ending_ ? std::vector<ProcessId>() : std::vector<ProcessId>{{child_, 0}};
  }
  return descendants_of(::getpid(), not_the_commands_);
}

bool Sentinel::all_have_ended() const { return ending_.has_value() && descendants().empty(); }

void Sentinel::note(const ProcessId& process) {
  if (legacy() != nullptr) legacy()->note(process);
}

void Sentinel::tell_all_to_end() {
  // A few looks, for those that were being born during the one before; not many, for what is born
  // later may be cleaning up.
  std::set<ProcessId> told;
  for (int look = 0; look < 3; ++look) {
    for (const ProcessId& process : descendants()) {
      if (!told.insert(process).second) continue;
      note(process);
      ::kill(process.pid, SIGTERM);
      ::kill(process.pid, SIGCONT);  // a stopped one could not hear
    }
  }
}

/// @return whether there was anybody
bool Sentinel::kill_all() {
  if (!has_own_proc()) {
    if (!ending_) ::kill(child_, SIGKILL);
    return !ending_;
  }
  const pid_t self = ::getpid();
  Roundup roundup([&](const ProcessStatus& status) {
    return status.parent == self && !not_the_commands_.contains(status.id);
  });
  // The dead would soon be most of what each pass has to look at.
  reap();
  roundup.stop_all([this](const ProcessId& process) { note(process); }, [this] { reap(); });
  roundup.kill_all();
  return !roundup.is_empty();
}

void Sentinel::end_all() {
  ends_all_ = true;
  if (legacy() != nullptr) legacy()->begin_ending();
  tell_all_to_end();
  watch_until(clock_() + request_.kill_after, [this] { return all_have_ended(); });
  // Those that live a few milliseconds each may all have been between two lives at that look.
  for (int round = 0; round < kKillRounds && kill_all(); ++round) {
    watch_until(clock_() + kKillRound, [] { return false; });
  }
  watch_until(std::nullopt, [this] { return ending_.has_value(); });
  ending_->timed_out = true;
  ending_->exit_code = kTimedOut;
}

}  // namespace hubward
