#include "runner/launch/inherited_timers.h"

#include <sys/prctl.h>

#include <cstddef>

namespace hubward {
namespace {

constexpr std::array<__itimer_which, 3> kTimers = {ITIMER_REAL, ITIMER_VIRTUAL, ITIMER_PROF};

}  // namespace

InheritedTimers InheritedTimers::take() noexcept {
  InheritedTimers timers;
  const struct itimerval stopped = {};
  for (std::size_t index = 0; index < kTimers.size(); ++index) {
    ::setitimer(kTimers[index], &stopped, &timers.left_[index]);
  }
  ::prctl(PR_GET_PDEATHSIG, &timers.parent_death_signal_);
  return timers;
}

void InheritedTimers::start() const noexcept {
  for (std::size_t index = 0; index < kTimers.size(); ++index) {
    const struct itimerval& left = left_[index];
    const bool is_running = left.it_value.tv_sec != 0 || left.it_value.tv_usec != 0;
    if (is_running) ::setitimer(kTimers[index], &left, nullptr);
  }
  // The parent is hubward now, which ends before the command only when it is killed: then the
  // command hears what hubward would have told it.
  if (parent_death_signal_ != 0) ::prctl(PR_SET_PDEATHSIG, parent_death_signal_);
}

}  // namespace hubward
