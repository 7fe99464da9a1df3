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
  LaneReading(FileReading& files, const LanePlans& plans);

  /// Whether one more to be hashed so makes all of them go faster.
  bool has_room_for(DigestAlgorithm algorithm) const;
  struct Begin {
    DigestAlgorithm algorithm;
    /// That digest is its name: of a short file one reading is all that is asked of the disk, for
    /// its bytes prove themselves or are looked at again.
    bool is_named = false;
    /// In bytes: one that has turned out to be as long is left for later.
    std::uint64_t too_long = std::numeric_limits<std::uint64_t>::max();
  };
  struct Begun {
    std::optional<std::size_t> lane;  ///< that it has until it has ended
    std::uint64_t size;               ///< in bytes
  };
  /// Takes a file up. There is room for it.
  Begun begin(const ProofQuestion& question, const Begin& how);
  /// Reads and hashes on in each lane until one of them has ended.
  /// @return the lane, free again, and what became of its file. At least one lane is in use
  struct Ended {
    std::size_t lane;
    FileFacts facts;
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
    bool is_live = false;
    bool has_advanced = false;  // or just begun: its blocks may be used up
  };
  bool fill(Lane& lane, Wait wait);
  FileFacts end(Lane& lane);
  std::size_t& live(DigestAlgorithm algorithm) {
    return algorithm == DigestAlgorithm::git_sha1 ? git_sha1_ : sha256_;
  }

  FileReading& files_;
  const LanePlans& plans_;
  std::unique_ptr<std::byte[]> memory_;
  std::vector<Lane> lanes_;
  std::size_t git_sha1_ = 0;  // lanes in use for each
  std::size_t sha256_ = 0;
  std::uint64_t to_come_ = 0;
};

}  // namespace hubward
