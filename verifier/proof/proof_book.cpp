#include "verifier/proof/proof_book.h"

#include <algorithm>
#include <utility>

namespace hubward {

ProofBook::Entry* ProofBook::find(const FileIdentity& identity) {
  const auto at = std::ranges::lower_bound(
      entries_, identity, {},
      [](const Entry& entry) -> const FileIdentity& { return entry.record.identity; });
  return at == entries_.end() || at->record.identity != identity ? nullptr : &*at;
}

bool ProofBook::is_empty() {
  put_in_order();
  return entries_.empty();
}

void ProofBook::remember(const ProofRecord& record) {
  const FileIdentity& identity = record.identity;
  if (std::max(identity.mtime, identity.ctime) + kTooYoung > record.read_at) return;
  entries_.push_back({record, Source::read});
  is_sorted_ = false;
}

void ProofBook::remember_written(const FileIdentity& identity, const Digest& digest) {
  if (identity.size < kLfsPointersBelow) return;
  ProofRecord record{.identity = identity};
  (digest.algorithm() == DigestAlgorithm::git_sha1 ? record.git_sha1 : record.sha256) = digest;
  entries_.push_back({std::move(record), Source::written});
  is_sorted_ = false;
}

std::vector<ProofRecord> ProofBook::take_read() {
  std::vector<ProofRecord> records;
  put_in_order();
  for (Entry& entry : entries_) {
    if (entry.source != Source::read || std::exchange(entry.is_told, true)) continue;
    records.push_back(entry.record);
  }
  return records;
}

std::vector<ProofRecord> ProofBook::believed() const {
  std::vector<ProofRecord> records;
  for (const Entry& entry : entries_) {
    if (entry.source == Source::recalled && entry.is_believed) records.push_back(entry.record);
  }
  return records;
}

/// Of one file the newest entry stays: it was made because the older ones did not say enough.
void ProofBook::put_in_order() {
  if (const Earlier earlier = std::exchange(earlier_, nullptr)) {
    const std::vector<ProofRecord> records = earlier();
    entries_.reserve(entries_.size() + records.size());
    for (const ProofRecord& record : records) entries_.push_back({record});
    is_sorted_ = false;
  }
  if (std::exchange(is_sorted_, true)) return;
  const auto identity_of = [](const Entry& entry) -> const FileIdentity& {
    return entry.record.identity;
  };
  // A ledger's records come in order.
  const bool is_in_order = std::ranges::is_sorted(entries_, {}, identity_of);
  if (!is_in_order) std::ranges::stable_sort(entries_, {}, identity_of);
  std::size_t kept = 0;
  for (std::size_t at = 0; at < entries_.size(); ++at) {
    const bool is_last =
        at + 1 == entries_.size() || identity_of(entries_[at + 1]) != identity_of(entries_[at]);
    if (!is_last) continue;
    if (kept != at) entries_[kept] = std::move(entries_[at]);
    ++kept;
  }
  entries_.erase(entries_.begin() + static_cast<std::ptrdiff_t>(kept), entries_.end());
}

}  // namespace hubward
