#include "runner/launch/alarm.h"

#include <algorithm>
#include <csignal>

namespace hubward {

Alarm::Alarm() noexcept {
  struct sigevent event = {};
  event.sigev_notify = SIGEV_SIGNAL;
  event.sigev_signo = SIGCONT;
  timer_t timer = {};
  if (::timer_create(CLOCK_MONOTONIC, &event, &timer) == 0) timer_ = timer;
}

Alarm::~Alarm() {
  if (timer_) ::timer_delete(*timer_);
}

void Alarm::set(std::chrono::nanoseconds after) noexcept {
  if (!timer_) return;
  constexpr std::int64_t kSecond = 1'000'000'000;
  const std::int64_t left = std::max<std::int64_t>(after.count(), 1);  // 0 would stop it
  struct itimerspec times = {};
  times.it_value.tv_sec = left / kSecond;
  times.it_value.tv_nsec = left % kSecond;
  times.it_interval.tv_nsec = kSecond / 10;
  ::timer_settime(*timer_, 0, &times, nullptr);
}

}  // namespace hubward
