// Hashes of several messages at once.
//
// Our own intrinsics beside OpenSSL, for a measured reason: a round of SHA waits for the round
// before it, so one stream leaves most of a core idle. Two streams of SHA-256 that take turns are
// 1.2 to 1.9 times as fast as one, sixteen in the lanes of vector registers up to 2.1 times, of
// SHA-1 3.2 to 3.8 times (docs/performance.md). EVP stays the oracle: the tests hold every kernel
// that the machine has against it, at every length and in every mix of lanes, and bytes that do not
// fit their name are read again by EVP before anything is said of them (prover.h).
#pragma once

#include "verifier/proof/lanes/kernels.h"
#include <hubward/digest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace hubward {

inline constexpr std::size_t kHashBlockBytes = 64;
inline constexpr std::size_t kMostHashWords = 8;
inline constexpr std::size_t kMostLanes = 16;

/// A way of this processor to advance some messages at once. Stateless, safe from any thread.
struct LaneKernel {
  const char* name;  ///< "avx512", "armv8", "openssl"
  std::size_t lanes;
  /// What a block in each of its lanes takes, in blocks of the one-stream kernel.
  double cost;
  lanes::Kernel* advance;
};

/// Those that this processor can run, the one-stream kernel first.
std::vector<LaneKernel> lane_kernels(DigestAlgorithm algorithm);

/// The same with their costs as they are here and now: a tenth of a millisecond or two of hashing.
/// Processors differ in which is best, and their names do not tell.
std::vector<LaneKernel> measured(std::vector<LaneKernel> kernels);

/// Which kernel to use for any number of messages.
class LanePlan {
 public:
  /// @param kernels  the one-stream kernel is among them
  explicit LanePlan(const std::vector<LaneKernel>& kernels);

  /// The kernel that takes the first of so many messages, at least 1 and at most kMostLanes. It may
  /// be wider than they are many; those that it leaves are asked for again.
  const LaneKernel& kernel_for(std::size_t messages) const { return chosen_[messages]; }
  /// As many messages as a worker does well to have at once: more do not go faster.
  std::size_t width() const { return width_; }

 private:
  std::array<LaneKernel, kMostLanes + 1> chosen_{};
  std::size_t width_ = 1;
};

}  // namespace hubward
