#include "runner/launch/inherited_signals.h"

#include <pthread.h>

namespace hubward {
namespace {

constexpr int kKillsWriters[] = {SIGPIPE, SIGXFSZ};

void set_disposition(int signal, bool ignored) noexcept {
  struct sigaction action = {};
  action.sa_handler = ignored ? SIG_IGN : SIG_DFL;
  ::sigaction(signal, &action, nullptr);
}

}  // namespace

InheritedSignals InheritedSignals::now() {
  InheritedSignals inherited;
  ::pthread_sigmask(SIG_SETMASK, nullptr, &inherited.mask_);
  for (int signal = 1; signal <= SIGRTMAX; ++signal) {
    struct sigaction action = {};
    if (::sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_IGN) {
      inherited.ignored_.set(static_cast<std::size_t>(signal));
    }
  }
  return inherited;
}

void InheritedSignals::restore() const noexcept {
  for (const int signal : kKillsWriters) set_disposition(signal, was_ignored(signal));
  restore_all_but_writes();
}

void InheritedSignals::restore_all_but_writes() const noexcept {
  set_disposition(SIGCHLD, was_ignored(SIGCHLD));
  ::pthread_sigmask(SIG_SETMASK, &mask_, nullptr);
}

void let_writes_fail() noexcept {
  for (const int signal : kKillsWriters) set_disposition(signal, true);
}

}  // namespace hubward
