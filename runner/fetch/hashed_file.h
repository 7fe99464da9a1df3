// A partial file and the digest of what is in it, in the making together: at once, or behind the
// line on another thread.
#pragma once

#include "runner/fetch/write_behind.h"
#include "runner/mend/partial_file.h"
#include "verifier/proof/hasher.h"
#include <hubward/digest.h>
#include <hubward/result.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace hubward {

/// Belongs to one thread; where it is.
class HashedFile {
 public:
  /// @param whole   bytes that it will have, which is part of a git file's digest
  /// @param behind  outlives it; nullptr: all is done at once
  HashedFile(PartialFile file, DigestAlgorithm algorithm, std::uint64_t whole, WriteBehind* behind);
  HashedFile(const HashedFile&) = delete;
  HashedFile& operator=(const HashedFile&) = delete;

  /// Bytes in it, those on their way to it among them.
  std::uint64_t size() const { return size_; }
  /// Takes what the file holds already into the digest. Errors: io.
  Result<void> read_what_is_there();
  /// Errors: io, of these bytes or of earlier ones.
  Result<void> append(std::span<const std::byte> bytes);
  /// Back to no bytes. Errors: io.
  Result<void> restart();
  /// Of all its bytes, once they are in the file; more may follow only after restart().
  /// Errors: io.
  Result<Digest> finish();

  /// After finish(), or when it shall go.
  PartialFile& file() {
    settle();
    return file_;
  }

 private:
  void write(std::span<const std::byte> bytes);
  void settle() {
    if (lane_) lane_->settle();
  }

  PartialFile file_;
  Hasher hasher_;
  std::uint64_t whole_;
  std::uint64_t size_;
  std::optional<Error> error_;
  std::atomic<bool> has_failed_{false};    // error_ may be read then
  std::optional<WriteBehind::Lane> lane_;  // last: it works on the others until it is gone
};

}  // namespace hubward
