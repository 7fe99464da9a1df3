// Wakes this process at a deadline, also when it has been stopped: by its own Ctrl-Z, or by someone
// who stopped it with its whole group and will not come back.
//
// A timeout of poll(2) cannot: a stopped process does not run. The signal that this timer sends is
// the one that continues.
#pragma once

#include <chrono>
#include <ctime>
#include <optional>

namespace hubward {

class Alarm {
 public:
  /// Where the kernel has no timer left, nothing is ever rung.
  Alarm() noexcept;
  ~Alarm();
  Alarm(const Alarm&) = delete;
  Alarm& operator=(const Alarm&) = delete;

  /// `after` from now, in place of what was set before; then again and again, for this process may
  /// be stopped in the very moment after the first time.
  void set(std::chrono::nanoseconds after) noexcept;

 private:
  std::optional<timer_t> timer_;
};

}  // namespace hubward
