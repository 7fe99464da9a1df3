#include "verifier/proof/lane_reading.h"

#include <algorithm>
#include <span>
#include <utility>

namespace hubward {

LaneReading::LaneReading(FileReading& files, const LanePlans& plans)
    : files_(files),
      plans_(plans),
      memory_(std::make_unique_for_overwrite<std::byte[]>(kMostLanes * LaneMessage::kMemoryBytes)) {
  const std::span<std::byte> all(memory_.get(), kMostLanes * LaneMessage::kMemoryBytes);
  lanes_.reserve(kMostLanes);
  for (std::size_t i = 0; i < kMostLanes; ++i) {
    const auto memory = all.subspan(i * LaneMessage::kMemoryBytes, LaneMessage::kMemoryBytes);
    lanes_.push_back({.message = LaneMessage(memory), .file = {}});
  }
}

bool LaneReading::has_room_for(DigestAlgorithm algorithm) const {
  const std::size_t like_it = algorithm == DigestAlgorithm::git_sha1 ? git_sha1_ : sha256_;
  return like_it < plans_.of(algorithm).width() && count() < lanes_.size();
}

LaneReading::Begun LaneReading::begin(const ProofQuestion& question, const Begin& how) {
  Lane& lane = *std::ranges::find(lanes_, false, &Lane::is_live);
  lane.file =
      how.is_named ? files_.begin_in(lane.message.first_room(), question) : files_.begin(question);
  const std::uint64_t size = lane.file.facts.size;
  if (lane.file.bytes != nullptr && size >= how.too_long) {
    lane.file = {};
    return {std::nullopt, size};
  }
  lane.is_live = lane.has_advanced = true;
  lane.message.begin(how.algorithm, size, lane.file.taken);
  files_.count(lane.file.taken);
  if (lane.file.bytes == nullptr) lane.message.end();
  ++live(how.algorithm);
  to_come_ += lane.file.to_come();
  return {static_cast<std::size_t>(&lane - lanes_.data()), size};
}

LaneReading::Ended LaneReading::next_ended() {
  for (;;) {
    std::array<LaneMessage*, kMostLanes> messages{};
    // Each algorithm has its own kernels: its messages stand at the front, or at the end.
    std::size_t git = 0;
    std::size_t sha256 = messages.size();
    Lane* waiting = nullptr;
    for (Lane& lane : lanes_) {
      if (!lane.is_live) continue;
      if (lane.has_advanced && !fill(lane, Wait::no)) {
        waiting = &lane;
        continue;
      }
      lane.has_advanced = false;
      if (lane.message.blocks() == 0) {
        return {static_cast<std::size_t>(&lane - lanes_.data()), end(lane)};
      }
      const bool is_git = lane.message.algorithm() == DigestAlgorithm::git_sha1;
      messages[is_git ? git++ : --sha256] = &lane.message;
    }
    const std::span<LaneMessage* const> all(messages);
    if (git == 0 && sha256 == all.size()) {
      fill(*waiting, Wait::yes);
      continue;
    }
    hash_on(plans_.git_sha1, all.first(git));
    hash_on(plans_.sha256, all.subspan(sha256));
    for (Lane& lane : lanes_) lane.has_advanced = lane.is_live;
  }
}

/// Until a block waits, or nothing more comes. False where a disk would have to be waited for: the
/// lanes that have bytes go on without this one.
bool LaneReading::fill(Lane& lane, Wait wait) {
  LaneMessage& message = lane.message;
  const std::uint64_t before = lane.file.to_come();
  bool is_ready = true;
  while (message.blocks() == 0 && !message.is_done() && lane.file.bytes != nullptr) {
    const auto got = files_.read_on(lane.file, message.room(), wait);
    if (!got) {
      is_ready = false;
      break;
    }
    message.take(*got);
    files_.count(*got);
    const bool is_whole = lane.file.bytes != nullptr && lane.file.to_come() == 0;
    if (is_whole) message.end();
    if (*got == 0 && !is_whole) break;
  }
  to_come_ -= before - lane.file.to_come();
  return is_ready;
}

FileFacts LaneReading::end(Lane& lane) {
  const DigestAlgorithm algorithm = lane.message.algorithm();
  lane.is_live = false;
  --live(algorithm);
  to_come_ -= lane.file.to_come();
  FileFacts facts = files_.end(std::exchange(lane.file, {}));
  if (facts.state != ProofState::read) return facts;
  (algorithm == DigestAlgorithm::git_sha1 ? facts.git_sha1 : facts.sha256) = lane.message.digest();
  return facts;
}

std::uint64_t LaneReading::longest() const {
  std::uint64_t longest = 0;
  for (const Lane& lane : lanes_) longest = std::max(longest, lane.file.to_come());
  return longest;
}

}  // namespace hubward
