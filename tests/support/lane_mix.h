// Contents hashed in lanes as a worker does it, whatever their lengths and however their bytes
// come.
#pragma once

#include "verifier/proof/lanes/lane_message.h"

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace hubward::test {

struct LaneMix {
  DigestAlgorithm algorithm = DigestAlgorithm::sha256;
  std::size_t width = kMostLanes;           ///< messages that share the kernels at once
  std::function<std::size_t()> next_piece;  ///< the most bytes that come at once, at least 1
};

/// The digest of each content. A lane whose message has ended takes the next one.
std::vector<Digest> hash_mix(const LanePlan& plan, const LaneMix& mix,
                             const std::vector<std::string>& contents);

}  // namespace hubward::test
