// The clocks of this machine, and chance.
#pragma once

#include "runner/hub/clock.h"

#include <chrono>
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
  std::mt19937_64 engine_{std::random_device{}()};
};

}  // namespace hubward
