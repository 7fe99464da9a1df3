#include "verifier/proof/proof_book.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace hubward {

using Source = ProofRecord::Source;

ProofRecord* ProofBook::find(const FileIdentity& identity) {
  const auto at = std::ranges::lower_bound(records_, identity, {}, &ProofRecord::identity);
  return at == records_.end() || at->identity != identity ? nullptr : &*at;
}

bool ProofBook::is_empty() {
  put_in_order();
  return records_.empty();
}

void ProofBook::remember(ProofRecord record) {
  const FileIdentity& identity = record.identity;
  if (std::max(identity.mtime, identity.ctime) + kTooYoung > record.read_at) return;
  record.source = Source::read;
  records_.push_back(record);
  is_sorted_ = false;
}

void ProofBook::remember_written(const FileIdentity& identity, const Digest& digest) {
  if (identity.size < kLfsPointersBelow) return;
  ProofRecord record{.identity = identity, .source = Source::written};
  (digest.algorithm() == DigestAlgorithm::git_sha1 ? record.git_sha1 : record.sha256) = digest;
  records_.push_back(record);
  is_sorted_ = false;
}

std::vector<ProofRecord> ProofBook::take_read() {
  std::vector<ProofRecord> read;
  put_in_order();
  for (ProofRecord& record : records_) {
    if (record.source != Source::read || std::exchange(record.is_told, true)) continue;
    read.push_back(record);
  }
  return read;
}

std::vector<ProofRecord> ProofBook::believed(std::int64_t seen_before) const {
  std::vector<ProofRecord> believed;
  std::ranges::copy_if(records_, std::back_inserter(believed), [&](const ProofRecord& record) {
    return record.source == Source::recalled && record.is_believed && record.seen_at < seen_before;
  });
  return believed;
}

/// Of one file the newest record stays: it was made because the older ones did not say enough.
void ProofBook::put_in_order() {
  if (const Earlier earlier = std::exchange(earlier_, nullptr)) {
    std::vector<ProofRecord> records = earlier();
    std::ranges::move(records_, std::back_inserter(records));
    records_ = std::move(records);
    is_sorted_ = false;
  }
  if (std::exchange(is_sorted_, true)) return;
  // A ledger's come in order.
  const bool is_in_order = std::ranges::is_sorted(records_, {}, &ProofRecord::identity);
  if (!is_in_order) std::ranges::stable_sort(records_, {}, &ProofRecord::identity);
  std::size_t kept = 0;
  for (std::size_t at = 0; at < records_.size(); ++at) {
    const bool is_last =
        at + 1 == records_.size() || records_[at + 1].identity != records_[at].identity;
    if (!is_last) continue;
    if (kept != at) records_[kept] = records_[at];
    ++kept;
  }
  records_.erase(records_.begin() + static_cast<std::ptrdiff_t>(kept), records_.end());
}

}  // namespace hubward
