// What exec(2) keeps and fork(2) forgets: running interval timers and the parent-death signal. A
// command must find them as it would in hubward's place, or `perl -e 'alarm 60; exec @ARGV'` and
// `setpriv --pdeathsig` around hubward would end hubward's wait instead of the command's work.
#pragma once

#include <sys/time.h>

#include <array>

namespace hubward {

/// A value; taken just before the fork.
class InheritedTimers {
 public:
  InheritedTimers() = default;
  /// Stops the timers of this process, and remembers what was left of them.
  static InheritedTimers take() noexcept;
  /// Starts them with what was left, in whichever process calls. Async-signal-safe.
  void start() const noexcept;

 private:
  std::array<struct itimerval, 3> left_ = {};
  int parent_death_signal_ = 0;
};

}  // namespace hubward
