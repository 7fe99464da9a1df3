// Time and chance as arguments, so that hours of waiting are tested in no time.
#pragma once

#include <chrono>

namespace hubward {

class Clock {
 public:
  virtual ~Clock() = default;
  virtual std::chrono::steady_clock::time_point now() const = 0;
  virtual std::chrono::system_clock::time_point utc() const = 0;
  /// From 0 to 1, for jitter.
  virtual double chance() = 0;
};

}  // namespace hubward
