// What a Prover takes on a ProofBook's word, and what it tells the book in turn.
#include "verifier/cache/share_out.h"
#include "verifier/proof/prover.h"
#include "verifier/proof/wanted.h"

#include <algorithm>
#include <utility>

namespace hubward {
namespace {

constexpr std::size_t kLookedUpTogether = 512;

}  // namespace

void Prover::answer_from_book() {
  if (book_ == nullptr || request_.texts_only || book_->is_empty()) return;
  share_out(request_.jobs, (jobs_.size() + kLookedUpTogether - 1) / kLookedUpTogether, [&] {
    return [&, asked = Wanted()](std::size_t at) mutable {
      const std::size_t first = at * kLookedUpTogether;
      const std::size_t end = std::min(first + kLookedUpTogether, jobs_.size());
      for (std::size_t job = first; job < end; ++job) {
        if (job + kFetchAhead < end) fetch_ahead(*jobs_[job + kFetchAhead].question.blob);
        if (duty_of(job) == Duty::own) answer_from_book(job, asked);
      }
    };
  });
  proofs_.blobs_from_book = static_cast<std::uint64_t>(
      std::ranges::count_if(proofs_.proofs_, [](const Proof& proof) { return proof.from_book; }));
}

void Prover::answer_from_book(std::size_t job, Wanted& asked) {
  const Blob& blob = *jobs_[job].question.blob;
  ProofRecord* known = blob.sized ? book_->find(blob.identity) : nullptr;
  if (known == nullptr) return;
  gather(jobs_[job], asked);
  if (asked.is_decided_by(blob)) return;
  auto proof = asked.proof_from(*known);
  if (!proof) return;
  known->is_believed = true;
  proof->is_its_name = !asked.names.empty() && asked.is_about_one_blob();
  proofs_.proofs_[job] = std::move(*proof);
}

/// What a digest does not tell all of (a fault, a text that is kept) is read again each time.
void Prover::remember(const std::vector<std::uint32_t>& read) {
  if (book_ == nullptr || request_.texts_only) return;
  for (const std::uint32_t i : read) {
    const Proof& proof = proofs_.proofs_[i];
    const bool is_hashed = proof.git_sha1 || proof.sha256;
    if (proof.state != ProofState::read || proof.detail || !is_hashed) continue;
    book_->remember({.identity = readings_[i].identity,
                     .git_sha1 = proof.git_sha1,
                     .sha256 = proof.sha256,
                     .read_at = readings_[i].read_at});
  }
}

}  // namespace hubward
