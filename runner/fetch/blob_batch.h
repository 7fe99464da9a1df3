// Small blobs whose bytes are right, waiting together for their names. A name is given only to
// bytes that are on the disk, and a sync is as dear for one small file as for many: 5,000 files of
// 4 KB took 5 s of syncs one by one, and take 1 s so.
#pragma once

#include "runner/hub/clock.h"

#include <chrono>
#include <cstddef>
#include <optional>
#include <vector>

namespace hubward {

class BlobSink;

/// One thread's.
class BlobBatch {
 public:
  /// Each of them keeps two files open, the blob's and its lock's.
  static constexpr std::size_t kMost = 32;
  /// Others may wait for the locks.
  static constexpr std::chrono::milliseconds kLongestWait{500};

  /// @param clock  outlives the batch
  explicit BlobBatch(Clock& clock) : clock_(clock) {}

  /// Publishes them all when there are enough of them.
  /// @param sink  stays where it is until it is published
  void add(BlobSink& sink);
  /// Publishes those that have waited long enough.
  void publish_if_due();
  void publish();

 private:
  Clock& clock_;
  std::vector<BlobSink*> sinks_;
  std::optional<std::chrono::steady_clock::time_point> since_;
};

}  // namespace hubward
