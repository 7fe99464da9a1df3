#include "tests/support/lane_mix.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <optional>

namespace hubward::test {
namespace {

/// One lane, and the content that is in it.
struct Lane {
  std::unique_ptr<std::byte[]> memory = std::make_unique<std::byte[]>(LaneMessage::kMemoryBytes);
  LaneMessage message{{memory.get(), LaneMessage::kMemoryBytes}};
  std::size_t content = 0;  // which
  std::size_t taken = 0;    // bytes of it
  bool is_live = false;

  /// Until a block waits or all has ended.
  void fill(const std::string& bytes, const std::function<std::size_t()>& next_piece) {
    while (message.blocks() == 0 && !message.is_done()) {
      const auto room = message.room();
      const std::size_t piece =
          std::min({room.size(), bytes.size() - taken, std::max<std::size_t>(next_piece(), 1)});
      if (piece != 0) std::memcpy(room.data(), bytes.data() + taken, piece);
      message.take(piece);
      taken += piece;
      if (taken == bytes.size()) return message.end();
    }
  }
};

}  // namespace

std::vector<Digest> hash_mix(const LanePlan& plan, const LaneMix& mix,
                             const std::vector<std::string>& contents) {
  std::vector<std::optional<Digest>> digests(contents.size());
  std::vector<Lane> lanes(std::clamp<std::size_t>(mix.width, 1, kMostLanes));
  std::size_t next = 0;
  for (;;) {
    std::vector<LaneMessage*> live;
    for (Lane& lane : lanes) {
      if (lane.is_live && lane.message.is_done()) {
        digests[lane.content] = lane.message.digest();
        lane.is_live = false;
      }
      if (!lane.is_live && next < contents.size()) {
        lane.is_live = true;
        lane.content = next++;
        lane.taken = 0;
        lane.message.begin(mix.algorithm, contents[lane.content].size());
      }
      if (!lane.is_live) continue;
      lane.fill(contents[lane.content], mix.next_piece);
      live.push_back(&lane.message);
    }
    if (live.empty()) break;
    hash_on(plan, live);
  }
  std::vector<Digest> all;
  for (const auto& digest : digests) all.push_back(digest.value());
  return all;
}

}  // namespace hubward::test
