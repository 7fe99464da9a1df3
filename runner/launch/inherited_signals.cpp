#include "runner/launch/inherited_signals.h"

#include <pthread.h>

namespace hubward {
namespace {

// All that this program ever gives another disposition: SIGCHLD, which ignored would hide how the
// command ended, and SIGPIPE.
constexpr int kChanged[] = {SIGCHLD, SIGPIPE};

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
  for (const int signal : kChanged) {
    struct sigaction action = {};
    action.sa_handler = was_ignored(signal) ? SIG_IGN : SIG_DFL;
    ::sigaction(signal, &action, nullptr);
  }
  ::pthread_sigmask(SIG_SETMASK, &mask_, nullptr);
}

void ignore_broken_pipes() noexcept {
  struct sigaction action = {};
  action.sa_handler = SIG_IGN;
  ::sigaction(SIGPIPE, &action, nullptr);
}

}  // namespace hubward
