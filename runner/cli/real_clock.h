// The clocks of this machine, and chance.
#pragma once

#include "runner/hub/clock.h"

#include <sys/random.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <random>

namespace hubward {

class RealClock : public Clock {
 public:
  std::chrono::steady_clock::time_point now() const override {
    return std::chrono::steady_clock::now();
  }
  std::chrono::system_clock::time_point utc() const override {
    return std::chrono::system_clock::now();
  }
  double chance() override { return std::uniform_real_distribution<double>(0, 1)(engine_); }

 private:
  /// std::random_device, linked in, would ask for a glibc of 2.36.
  static std::uint64_t seed() {
    std::uint64_t number = 0;
    if (::getrandom(&number, sizeof number, GRND_NONBLOCK) != sizeof number) {
      number = static_cast<std::uint64_t>(::getpid());
    }
    return number;
  }

  std::mt19937_64 engine_{seed()};
};

}  // namespace hubward
