#include "runner/launch/inherited_signals.h"

#include <pthread.h>

namespace hubward {
namespace {

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
  set_disposition(SIGPIPE, was_ignored(SIGPIPE));
  restore_all_but_pipes();
}

void InheritedSignals::restore_all_but_pipes() const noexcept {
  set_disposition(SIGCHLD, was_ignored(SIGCHLD));
  ::pthread_sigmask(SIG_SETMASK, &mask_, nullptr);
}

void ignore_broken_pipes() noexcept { set_disposition(SIGPIPE, true); }

}  // namespace hubward
