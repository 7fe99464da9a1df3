// What was read once need not be read again: proofs of blobs, kept from one process to the next in
// a SQLite database, by the cache that they are of.
//
// Kept is what a reading proved and nothing that was judged: of a file that is known by device,
// inode, size, mtime and ctime, its digests. What is believed of it is ProofBook's business. A
// ledger saves time and nothing else, so whatever is the matter with it costs time and nothing
// else: it is not waited for, not repaired, and its loss is no failure.
#pragma once

#include "verifier/proof/proof_book.h"
#include <hubward/result.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace hubward {

/// In all caches together; about 60 MB. Beyond it, what was not seen for the longest time goes.
inline constexpr std::size_t kMostLedgerRecords = 500'000;
/// What no verification has met for so long goes.
inline constexpr std::chrono::days kLedgerForgets{90};
/// How often it is written down that a record was believed, lest each verification write.
inline constexpr std::chrono::hours kLedgerNotesSight{24};
constexpr std::int64_t noted_before(std::int64_t now) {
  return now - std::chrono::nanoseconds(kLedgerNotesSight).count();
}

struct LedgerRequest {
  std::string folder;      ///< of the ledger alone, absolute
  std::string cache_path;  ///< absolute
  std::int64_t now = 0;    ///< nanoseconds since 1970
  /// What was read longer ago than that is not recalled, and so read again.
  std::optional<std::chrono::seconds> recheck_after;
  std::size_t most_records = kMostLedgerRecords;
};

/// All that is known of this cache; nothing when there is no ledger, or no cache.
/// Errors: bad_input when the ledger is not to be trusted and ignored, or was damaged or of another
/// make and has been thrown away; try_later when another process holds it; io.
Result<std::vector<ProofRecord>> recall_proofs(const LedgerRequest& request);

/// Writes down what was read anew and what was believed, and makes the ledger if there is none.
/// Errors: as recall_proofs.
Result<void> record_proofs(const LedgerRequest& request, const std::vector<ProofRecord>& read,
                           const std::vector<ProofRecord>& believed);

}  // namespace hubward
