#include "verifier/proof/lane_reading.h"

#include <algorithm>
#include <span>
#include <utility>

namespace hubward {
namespace {

// A file that is too long to be read at a start is opened twice, and comes in company.
constexpr std::size_t kAfterALongOne = 32;

}  // namespace

LaneReading::LaneReading(FileReading& files, const LanePlans& plans, std::size_t lanes,
                         std::unique_ptr<FileStarts> starts)
    : files_(files),
      plans_(plans),
      memory_(std::make_unique_for_overwrite<std::byte[]>(lanes * LaneMessage::kMemoryBytes)),
      starts_(std::move(starts)) {
  const std::span<std::byte> all(memory_.get(), lanes * LaneMessage::kMemoryBytes);
  lanes_.reserve(lanes);
  for (std::size_t i = 0; i < lanes; ++i) {
    const auto memory = all.subspan(i * LaneMessage::kMemoryBytes, LaneMessage::kMemoryBytes);
    lanes_.push_back({.message = LaneMessage(memory), .file = {}});
  }
}

bool LaneReading::has_room_for(const Begin& how) const {
  if (count() == lanes_.size()) return false;
  const std::size_t like_it = how.algorithm == DigestAlgorithm::git_sha1 ? git_sha1_ : sha256_;
  return asks_for(how) || like_it < plans_.of(how.algorithm).width();
}

std::size_t LaneReading::begin(const ProofQuestion& question, const Begin& how) {
  Lane& lane = *std::ranges::find(lanes_, false, &Lane::is_live);
  lane.question = &question;
  lane.how = how;
  lane.is_live = true;
  ++live(how.algorithm);
  if (!how.is_named) {
    lane.file = files_.begin(question);
    begin_message(lane);
  } else if (!ask_start(lane)) {
    lane.file = files_.begin_in(lane.message.first_room(), question);
    begin_message(lane);
  }
  return static_cast<std::size_t>(&lane - lanes_.data());
}

/// False: it has to be read alone.
bool LaneReading::ask_start(Lane& lane) {
  if (!asks_for(lane.how)) {
    if (one_by_one_ > 0) --one_by_one_;
    return false;
  }
  const auto place = static_cast<std::size_t>(&lane - lanes_.data());
  lane.is_asked = files_.ask_start(*starts_, place, lane.message.first_room(), *lane.question);
  if (lane.is_asked) ++asked_;
  return lane.is_asked;
}

void LaneReading::take_starts(bool waits) {
  for (const FileStarts::Answer& answer : starts_->answers(waits)) {
    Lane& lane = lanes_[answer.place];
    lane.is_asked = false;
    --asked_;
    const std::span<std::byte> room = lane.message.first_room();
    if (answer.bytes == room.size()) one_by_one_ = kAfterALongOne;
    lane.file = files_.begun_in(room, answer.bytes, *lane.question);
    begin_message(lane);
  }
}

void LaneReading::begin_message(Lane& lane) {
  const std::uint64_t size = lane.file.facts.size;
  lane.has_advanced = true;
  lane.is_too_long = lane.file.bytes != nullptr && size >= lane.how.too_long;
  if (lane.is_too_long) return;
  lane.message.begin(lane.how.algorithm, size, lane.file.taken);
  files_.count(lane.file.taken);
  if (lane.file.bytes == nullptr) lane.message.end();
  to_come_ += lane.file.to_come();
}

LaneReading::Ended LaneReading::next_ended() {
  for (;;) {
    std::array<LaneMessage*, kMostLanes> messages{};
    // Each algorithm has its own kernels: its messages stand at the front, or at the end.
    std::size_t git = 0;
    std::size_t sha256 = messages.size();
    Lane* waiting = nullptr;
    for (Lane& lane : lanes_) {
      if (!lane.is_live || lane.is_asked) continue;
      if (lane.is_too_long) return end(lane);
      if (lane.has_advanced && !fill(lane, Wait::no)) {
        waiting = &lane;
        continue;
      }
      lane.has_advanced = false;
      if (lane.message.blocks() == 0) return end(lane);
      const bool is_git = lane.message.algorithm() == DigestAlgorithm::git_sha1;
      messages[is_git ? git++ : --sha256] = &lane.message;
    }
    const std::span<LaneMessage* const> all(messages);
    const bool has_blocks = git != 0 || sha256 != all.size();
    if (asked_ > 0) {
      const std::size_t before = asked_;
      take_starts(!has_blocks);
      if (asked_ < before) continue;  // the more lanes, the better
    }
    if (!has_blocks) {
      fill(*waiting, Wait::yes);
      continue;
    }
    hash_on(plans_.git_sha1, all.first(git));
    hash_on(plans_.sha256, all.subspan(sha256));
    for (Lane& lane : lanes_) lane.has_advanced = lane.is_live && !lane.is_asked;
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

LaneReading::Ended LaneReading::end(Lane& lane) {
  const DigestAlgorithm algorithm = lane.how.algorithm;
  Ended ended{.lane = static_cast<std::size_t>(&lane - lanes_.data()),
              .facts = {},
              .is_too_long = std::exchange(lane.is_too_long, false)};
  lane.is_live = false;
  --live(algorithm);
  FileInHand file = std::exchange(lane.file, {});
  if (ended.is_too_long) {
    ended.facts.size = file.facts.size;
    return ended;
  }
  to_come_ -= file.to_come();
  ended.facts = files_.end(std::move(file));
  if (ended.facts.state == ProofState::read) {
    (algorithm == DigestAlgorithm::git_sha1 ? ended.facts.git_sha1 : ended.facts.sha256) =
        lane.message.digest();
  }
  return ended;
}

std::uint64_t LaneReading::longest() const {
  std::uint64_t longest = 0;
  for (const Lane& lane : lanes_) longest = std::max(longest, lane.file.to_come());
  return longest;
}

}  // namespace hubward
