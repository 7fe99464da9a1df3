// One message on its way through a hash that it shares with others: whoever has the bytes puts them
// into its room, and hash_on() takes some messages as far as their bytes reach.
#pragma once

#include "verifier/proof/lanes/lanes.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace hubward {

/// Not shared between threads.
class LaneMessage {
 public:
  /// The most that room() gives, docs/performance.md: sixteen of them fit into half a megabyte.
  static constexpr std::size_t kRoomBytes = std::size_t{32} * 1024;
  /// What first_room() is short of that: a git header goes before its bytes.
  static constexpr std::size_t kHeaderBytes = kHashBlockBytes;
  static constexpr std::size_t kFirstRoomBytes = kRoomBytes - kHeaderBytes;
  /// Room, padding, and a distance to the next one's that spreads both over the cache's sets.
  static constexpr std::size_t kMemoryBytes = kRoomBytes + 5 * kHashBlockBytes;

  /// @param memory  kMemoryBytes, borrowed
  explicit LaneMessage(std::span<std::byte> memory) : memory_(memory) {}

  /// @param size  of the whole content in bytes (used by git_sha1 only)
  void begin(DigestAlgorithm algorithm, std::uint64_t size) { begin(algorithm, size, 0); }
  /// Where the first bytes of a content may be put before it has begun, though its size is not
  /// known yet. What the last one left is overwritten.
  std::span<std::byte> first_room() { return memory_.first(kRoomBytes).subspan(kHeaderBytes); }
  /// @param count  of the content's bytes lie in first_room()
  void begin(DigestAlgorithm algorithm, std::uint64_t size, std::size_t count);
  /// Where the next bytes of the content are to be put, once no whole block is left: at least a
  /// block less its header.
  std::span<std::byte> room();
  /// Takes the first `count` bytes of room().
  void take(std::size_t count);
  /// There is no more.
  void end();

  /// Whole blocks that are waiting.
  std::size_t blocks() const { return (end_ - begin_) / kHashBlockBytes; }
  /// Nothing waits, and nothing will.
  bool is_done() const { return is_ended_ && begin_ == end_; }
  DigestAlgorithm algorithm() const { return algorithm_; }
  /// Of one that is done.
  Digest digest() const;

 private:
  friend void hash_on(const LanePlan& plan, std::span<LaneMessage* const> messages);
  static void advance_group(const LaneKernel& kernel, std::span<LaneMessage* const> group);
  void move_rest_to_front();

  std::span<std::byte> memory_;
  std::array<std::uint32_t, kMostHashWords> state_{};
  DigestAlgorithm algorithm_ = DigestAlgorithm::sha256;
  std::size_t begin_ = 0;  // of what waits, in memory_
  std::size_t end_ = 0;
  std::uint64_t length_ = 0;  // of the message so far, a git header included, in bytes
  bool is_ended_ = false;
};

/// Advances each by at least one block and at most those that it has.
/// @param messages  at most kMostLanes, of one algorithm, each with a whole block
void hash_on(const LanePlan& plan, std::span<LaneMessage* const> messages);

}  // namespace hubward
