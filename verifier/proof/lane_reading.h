// One worker's files on their way through lanes: each is read a piece at a time and shares the
// hash's kernels with the others, whatever their lengths. Private to the room.
#pragma once

#include "verifier/proof/file_reading.h"
#include "verifier/proof/lanes/lane_message.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <vector>

namespace hubward {

struct LanePlans {
  LanePlan git_sha1;
  LanePlan sha256;

  const LanePlan& of(DigestAlgorithm algorithm) const {
    return algorithm == DigestAlgorithm::git_sha1 ? git_sha1 : sha256;
  }
};

/// Not shared between threads.
class LaneReading {
 public:
  /// Both borrowed for this object's life.
  /// @param lanes   files open at once, 1 to kMostLanes
  /// @param starts  of as many places; nullptr: files are read one by one
  LaneReading(FileReading& files, const LanePlans& plans, std::size_t lanes,
              std::unique_ptr<FileStarts> starts);

  struct Begin {
    DigestAlgorithm algorithm = DigestAlgorithm::sha256;
    /// That digest is its name: of a short file one reading is all that is asked of the disk, for
    /// its bytes prove themselves or are looked at again.
    bool is_named = false;
    /// It may end within what one reading gives.
    bool may_be_short = false;
    /// In bytes: one that has turned out to be as long is left for later.
    std::uint64_t too_long = std::numeric_limits<std::uint64_t>::max();
  };
  /// Whether one more to be hashed so makes all of them go faster, or may be asked for with them.
  bool has_room_for(const Begin& how) const;
  /// Takes a file up. There is room for it.
  /// @param question  borrowed until it has ended
  /// @return          the lane that it has until then
  std::size_t begin(const ProofQuestion& question, const Begin& how);
  /// Reads and hashes on in each lane until one of them has ended.
  /// @return the lane, free again, and what became of its file. At least one lane is in use
  struct Ended {
    std::size_t lane;
    FileFacts facts;
    bool is_too_long = false;  ///< of the facts only the size is told
  };
  Ended next_ended();

  std::size_t count() const { return git_sha1_ + sha256_; }
  /// Bytes to come of the file that has most.
  std::uint64_t longest() const;
  /// Bytes to come of all.
  std::uint64_t to_come() const { return to_come_; }

 private:
  struct Lane {
    LaneMessage message;
    FileInHand file;
    const ProofQuestion* question = nullptr;
    Begin how{};
    bool is_live = false;
    bool is_asked = false;      // of starts_: its file has not begun
    bool is_too_long = false;   // and has ended so
    bool has_advanced = false;  // or just begun: its blocks may be used up
  };
  bool asks_for(const Begin& how) const {
    return how.is_named && how.may_be_short && starts_ != nullptr && one_by_one_ == 0;
  }
  bool ask_start(Lane& lane);
  void take_starts(bool waits);
  void begin_message(Lane& lane);
  bool fill(Lane& lane, Wait wait);
  Ended end(Lane& lane);
  std::size_t& live(DigestAlgorithm algorithm) {
    return algorithm == DigestAlgorithm::git_sha1 ? git_sha1_ : sha256_;
  }

  FileReading& files_;
  const LanePlans& plans_;
  std::unique_ptr<std::byte[]> memory_;
  std::vector<Lane> lanes_;
  std::unique_ptr<FileStarts> starts_;
  std::size_t asked_ = 0;       // of it
  std::size_t one_by_one_ = 0;  // so many of the next are not asked of it
  std::size_t git_sha1_ = 0;    // lanes in use for each
  std::size_t sha256_ = 0;
  std::uint64_t to_come_ = 0;
};

}  // namespace hubward
