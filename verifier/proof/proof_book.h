// Proofs remembered: between two verifications of one process (`run` verifies, downloads, verifies
// again), and, by runner/ledger, from one process to the next. A file is not read again while its
// identity and times stand, and what this process has downloaded, hashed as it wrote it, is not
// read at all. Only digests are remembered, never a judgement: names, lock and listing are held
// against them anew each time.
//
// A file written within the clock's own step of being read could change again without its times
// moving, so young files are never remembered (git's racy-index rule). Files are stamped by a clock
// that lags behind this one by a tick, at most ten milliseconds; some file systems keep whole
// seconds, FAT pairs of them: hence two seconds.
#pragma once

#include "verifier/cache/disk.h"
#include <hubward/digest.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

namespace hubward {

/// A file smaller than this may be the text of an LFS pointer, which weights may not be, whatever
/// its digest: git-lfs, docs/spec.md.
inline constexpr std::uint64_t kLfsPointersBelow = 1024;

/// What one reading of a file has proved.
struct ProofRecord {
  enum class Source : std::uint8_t { recalled, read, written };

  FileIdentity identity;
  std::optional<Digest> git_sha1;
  std::optional<Digest> sha256;
  std::int64_t read_at = 0;  ///< when the reading began; nanoseconds since 1970
  std::int64_t seen_at = 0;  ///< when it was last written down as believed; as read_at
  Source source = Source::recalled;
  bool is_believed = false;  ///< set by who takes it for a proof
  bool is_told = false;      ///< by ProofBook::take_read
};

/// Not shared between threads, but for find().
class ProofBook {
 public:
  /// Nanoseconds since 1970.
  using Clock = std::function<std::int64_t()>;

  static constexpr std::int64_t kTooYoung = 2'000'000'000;

  explicit ProofBook(Clock clock) : clock_(std::move(clock)) {}

  /// To be called before find().
  void put_in_order();
  /// nullptr when nothing is known of a file with exactly this identity. Borrowed until the book is
  /// next written to. Several threads may ask at once, each for files of its own.
  ProofRecord* find(const FileIdentity& identity);
  bool is_empty();

  std::int64_t now() const { return clock_(); }

  /// What an earlier process has read: asked for when the book is first looked into, so that it can
  /// be found out meanwhile.
  using Earlier = std::function<std::vector<ProofRecord>()>;
  void recall(Earlier earlier) { earlier_ = std::move(earlier); }
  /// Too young a file is not remembered.
  void remember(ProofRecord record);
  /// A file that this process made, hashed as it wrote it, and has just given its name: no other
  /// knew it before its times stood, so youth says nothing of it. It is believed in this process
  /// only, for nobody has read it from the disk yet; and not where it may be an LFS pointer's text,
  /// which only a reading tells.
  void remember_written(const FileIdentity& identity, const Digest& digest);
  /// What was read since the last call, for the next process.
  std::vector<ProofRecord> take_read();
  /// What was recalled and then believed, if that was last written down before then.
  std::vector<ProofRecord> believed(std::int64_t seen_before) const;

 private:
  Clock clock_;
  Earlier earlier_;  // empty once it was asked
  std::vector<ProofRecord> records_;
  bool is_sorted_ = true;
};

}  // namespace hubward
