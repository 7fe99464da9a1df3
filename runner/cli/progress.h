// How far the hashing is, on one line of a terminal that is rewritten in place.
#pragma once

#include "runner/cli/settings.h"
#include <hubward/verify.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>

namespace hubward {

/// Writes to standard error, at most ten times a second. Told from any worker.
class ProgressLine : public Observer {
 public:
  ProgressLine() = default;
  /// Clears the line.
  ~ProgressLine() override;
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  void hashing_begins(std::uint64_t blobs, std::uint64_t bytes) override;
  void more_to_hash(std::uint64_t bytes) override;
  void bytes_hashed(std::uint64_t bytes) override;
  /// Takes the line away, so that other output can follow.
  void clear();

 private:
  std::atomic<std::uint64_t> done_ = 0;
  std::atomic<std::uint64_t> total_ = 0;
  std::mutex mutex_;  // guards all below
  std::uint64_t blobs_ = 0;
  std::chrono::steady_clock::time_point last_shown_;
  bool is_shown_ = false;
};

/// A ProgressLine on a terminal that can draw a line anew, unless --quiet; else one that says
/// nothing.
std::unique_ptr<Observer> observer_for(const Settings& settings);

/// "hashing 12 blobs: 1.2 GB of 4.0 GB (30 %)".
std::string progress_text(std::uint64_t blobs, std::uint64_t done, std::uint64_t total);

}  // namespace hubward
