// Proofs remembered between two verifications of one process (`run` verifies, downloads, verifies
// again): a file is not read twice while its identity and times stand, and what this process has
// downloaded, hashed as it wrote it, is not read at all.
//
// A file written within the clock's own step of being read could change again without its times
// moving, so young files are never remembered (git's racy-index rule, with two seconds for file
// systems that keep whole seconds).
#pragma once

#include "verifier/cache/disk.h"
#include <hubward/digest.h>

#include <cstdint>
#include <functional>
#include <map>
#include <optional>

namespace hubward {

/// Not shared between threads: the prover reads it before, and writes it after, its workers run.
class ProofBook {
 public:
  /// Nanoseconds since 1970.
  using Clock = std::function<std::int64_t()>;

  struct Entry {
    std::optional<Digest> git_sha1;
    std::optional<Digest> sha256;
  };

  explicit ProofBook(Clock clock) : clock_(std::move(clock)) {}

  /// nullptr when nothing is known of a file with exactly this identity.
  const Entry* find(const FileIdentity& identity) const {
    const auto at = entries_.find(identity);
    return at == entries_.end() ? nullptr : &at->second;
  }

  std::int64_t now() const { return clock_(); }

  /// @param read_at  when the reading began, by now()
  void remember(const FileIdentity& identity, std::int64_t read_at, Entry entry) {
    constexpr std::int64_t kTooYoung = 2'000'000'000;
    if (std::max(identity.mtime, identity.ctime) + kTooYoung > read_at) return;
    entries_[identity] = entry;
  }

  /// A file that this process made, hashed as it wrote it, and has just given its name: no other
  /// knew it before its times stood, so youth says nothing of it.
  void remember_written(const FileIdentity& identity, const Digest& digest) {
    Entry& entry = entries_[identity];
    (digest.algorithm() == DigestAlgorithm::git_sha1 ? entry.git_sha1 : entry.sha256) = digest;
  }

 private:
  Clock clock_;
  std::map<FileIdentity, Entry> entries_;
};

}  // namespace hubward
