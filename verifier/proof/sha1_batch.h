// Git blob ids of small contents, a batch at a time, so that they can share a core's vector lanes.
// Private to the room.
#pragma once

#include "verifier/proof/hasher.h"
#include "verifier/proof/lanes/sha1_lanes.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace hubward {

/// Contents in, ids out. Holds its memory for the next batch; not shared between threads.
class Sha1Batch {
 public:
  static constexpr std::size_t kMost = kMostSha1Lanes;
  /// Of one content. Larger ones gain nothing here: they keep a core busy by themselves.
  static constexpr std::size_t kMostBytes = std::size_t{32} * 1024;

  /// @param kernel  borrowed; nullptr: all goes through EVP, one after the other
  explicit Sha1Batch(const Sha1Kernel* kernel);
  /// With the widest kernel of this processor.
  Sha1Batch();

  /// Where the next content is to be put, kMostBytes long. The batch is not full.
  std::span<std::byte> place() { return {content_of(sizes_.size()), kMostBytes}; }
  /// Takes the first `size` bytes of place() as the next content.
  void add(std::size_t size) { sizes_.push_back(size); }
  std::size_t count() const { return sizes_.size(); }

  /// The ids of all, in the order in which they were added; the batch is empty again.
  std::span<const Digest> take();

 private:
  std::byte* content_of(std::size_t at);
  void hash_in_lanes();
  void hash_one_by_one();

  const Sha1Kernel* kernel_;
  std::unique_ptr<std::byte[]> memory_;
  std::vector<std::size_t> sizes_;
  std::vector<Sha1Message> messages_;
  std::vector<Digest> digests_;
  Hasher hasher_{DigestAlgorithm::git_sha1};
};

}  // namespace hubward
