#include "verifier/proof/prover.h"

#include "verifier/cache/share_out.h"
#include "verifier/proof/file_reading.h"
#include "verifier/proof/wanted.h"

#include <algorithm>
#include <array>
#include <atomic>

namespace hubward {

namespace {

// Below this the order of reading hardly changes when all is read, and files that lie together are
// read together, with their folder still open.
constexpr std::uint64_t kLargeFrom = std::uint64_t{1} << 20;
constexpr std::size_t kLookedUpTogether = 512;

ProofDetail& detail_of(Proof& proof) {
  if (!proof.detail) proof.detail = std::make_unique<ProofDetail>();
  return *proof.detail;
}

}  // namespace

/// Answers jobs, one after the other, in a thread of its own.
class Prover::Worker {
 public:
  explicit Worker(const Prover& prover)
      : prover_(prover), reading_(prover.disk_, prover.request_.root, prover.observer_) {}

  /// The git ids of small files among them are made together.
  /// @param readings  empty, or of as many slots as `proofs`
  void answer(std::span<const std::uint32_t> jobs, std::vector<Proof>& proofs,
              std::vector<Reading>& readings) {
    const auto note = [&](std::uint32_t job, const FileIdentity& identity) {
      if (!readings.empty()) readings[job].identity = identity;
    };
    std::array<std::size_t, Sha1Batch::kMost> batched{};
    std::array<FileFacts, Sha1Batch::kMost> facts;
    for (std::size_t i = 0; i < jobs.size(); ++i) {
      const Asked& job = prover_.jobs_[jobs[i]];
      prover_.gather(job, asked_[i]);
      if (!prover_.request_.texts_only && asked_[i].is_decided_by(*job.question.blob)) {
        fill({.state = ProofState::read, .size = job.question.blob->identity.size}, job.question,
             asked_[i], proofs[jobs[i]]);
        continue;
      }
      if (prover_.request_.texts_only || !asked_[i].digests().only_git_sha1()) {
        note(jobs[i], answer(job.question, asked_[i], proofs[jobs[i]]));
        continue;
      }
      const std::size_t before = batch_.count();
      FileFacts read = reading_.read_into(batch_, job.question);
      if (batch_.count() == before) {
        note(jobs[i], settle(std::move(read), job.question, asked_[i], proofs[jobs[i]]));
      } else {
        facts[before] = std::move(read);
        batched[before] = i;
      }
    }
    const std::span<const Digest> ids = batch_.take();
    for (std::size_t at = 0; at < ids.size(); ++at) {
      const std::uint32_t job = jobs[batched[at]];
      facts[at].git_sha1 = ids[at];
      note(job, settle(std::move(facts[at]), prover_.jobs_[job].question, asked_[batched[at]],
                       proofs[job]));
    }
  }

  /// Since the last call.
  std::uint64_t take_bytes_hashed() { return reading_.take_bytes_hashed(); }

 private:
  /// @return what the file was, if it was read
  FileIdentity answer(const ProofQuestion& question, const Wanted& asked, Proof& proof) {
    if (!prover_.request_.texts_only) {
      return settle(reading_.read_once(question, asked.digests()), question, asked, proof);
    }
    read_text_only(question, asked, proof);
    return {};
  }

  /// From a first reading to the proof, with a second one where the first does not do.
  FileIdentity settle(FileFacts facts, const ProofQuestion& question, const Wanted& asked,
                      Proof& proof) {
    facts = reading_.steadied(std::move(facts), question, asked.digests());
    if (facts.state == ProofState::read && contradicts(facts, asked)) {
      facts = read_again(facts, question, asked);
    }
    const FileIdentity identity = facts.identity;
    fill(std::move(facts), question, asked, proof);
    return identity;
  }

  static bool contradicts(const FileFacts& facts, const Wanted& asked) {
    const auto differs = [&](const Digest& claim) {
      const auto& got =
          claim.algorithm() == DigestAlgorithm::git_sha1 ? facts.git_sha1 : facts.sha256;
      return got != claim;
    };
    return std::any_of(asked.names.begin(), asked.names.end(), differs) ||
           std::any_of(asked.claims.begin(), asked.claims.end(), differs);
  }

  /// With every digest, so that an unusual name can be explained.
  FileFacts read_again(const FileFacts& first, const ProofQuestion& question, const Wanted& asked) {
    WantedDigests digests = asked.digests();
    digests.git_sha1 = digests.sha256 = true;
    FileFacts second = reading_.steadied(reading_.read_once(question, digests), question, digests);
    const auto differ = [](const std::optional<Digest>& a, const std::optional<Digest>& b) {
      return a && b && *a != *b;
    };
    if (second.state == ProofState::read && contradicts(second, asked) &&
        (differ(first.git_sha1, second.git_sha1) || differ(first.sha256, second.sha256))) {
      second.state = ProofState::unsteady;
      second.why = "two readings gave different bytes";
    }
    return second;
  }

  void read_text_only(const ProofQuestion& question, const Wanted& asked, Proof& proof) {
    if (!asked.keep_text) return;
    const WantedDigests text{.text = true};
    FileFacts facts = reading_.steadied(reading_.read_once(question, text), question, text);
    proof.state = facts.state;
    if (facts.state != ProofState::read) detail_of(proof).why = facts.why;
    if (facts.text) detail_of(proof).text = std::move(facts.text);
  }

  void fill(FileFacts facts, const ProofQuestion& question, const Wanted& asked, Proof& proof) {
    proof.state = facts.state;
    proof.size = facts.size;
    proof.git_sha1 = facts.git_sha1;
    proof.sha256 = facts.sha256;
    if (facts.state != ProofState::read) {
      detail_of(proof).why = facts.why;
      return;
    }
    if (facts.is_lfs_pointer) detail_of(proof).is_lfs_pointer = true;
    if (!facts.md5.empty()) detail_of(proof).md5 = facts.md5;
    if (facts.text) detail_of(proof).text = std::move(facts.text);
    const bool vouched = any_matches(proof, asked.claims);
    const bool fits_names = std::all_of(asked.names.begin(), asked.names.end(),
                                        [&](const Digest& name) { return proof.matches(name); });
    if (fits_names && !asked.names.empty()) return;
    if (asked.names.empty()) {
      if (!vouched) explain_unnamed(question, asked, proof);
    } else if (is_named_by_pointer(facts.size, asked, proof)) {
      if (!vouched) look_at_content(question, asked, proof);
    } else if (!vouched) {
      classify(question, asked, proof);
      // Such a name may be a Xet hash, which explains it and says nothing of the bytes.
      if (question.blob->name.size() == 64) look_at_content(question, asked, proof);
    }
  }

  void explain_unnamed(const ProofQuestion& question, const Wanted& asked, Proof& proof) {
    if (!asked.claims.empty() || any_matches(proof, asked.candidates)) return;
    look_at_content(question, asked, proof);
  }

  void look_at_content(const ProofQuestion& question, const Wanted& asked, Proof& proof) {
    auto fault = reading_.content_fault_of(question, asked.repo_path);
    if (!fault) {
      proof.state = ProofState::unreadable;
      detail_of(proof).why = fault.error().what;
    } else if (*fault) {
      detail_of(proof).content_fault = std::move(*fault);
    }
  }

  /// A server without X-Linked-Etag names LFS content by the git id of its pointer.
  static bool is_named_by_pointer(std::uint64_t size, const Wanted& asked, Proof& proof) {
    if (!proof.sha256) return false;
    const Digest id = digest_of(DigestAlgorithm::git_sha1, lfs_pointer_text(*proof.sha256, size));
    if (std::ranges::find(asked.names, id) == asked.names.end()) return false;
    detail_of(proof).named_by_lfs_pointer = true;
    return true;
  }

  void classify(const ProofQuestion& question, const Wanted& asked, Proof& proof) {
    const auto wrong =
        std::ranges::find_if(asked.names, [&](const Digest& name) { return !proof.matches(name); });
    auto damage = reading_.damage_of(question, {*wrong, asked.listed_size});
    if (damage) {
      detail_of(proof).damage = std::move(*damage);
    } else {
      proof.state = ProofState::unreadable;
      detail_of(proof).why = damage.error().what;
    }
  }

  const Prover& prover_;
  FileReading reading_;
  Sha1Batch batch_;
  std::array<Wanted, Sha1Batch::kMost> asked_;  // of the jobs in hand; kept for their memory
};

Prover::Prover(const Disk& disk, Observer& observer, ProofBook* book, ProveRequest request)
    : disk_(disk), observer_(observer), book_(book), request_(std::move(request)) {
  proofs_.index_.assign(request_.blobs, Proofs::kNone);
  jobs_.reserve(request_.blobs);
}

void Prover::ask(const ProofQuestion& question) {
  std::uint32_t& at = proofs_.index_[question.blob->serial];
  const auto next = static_cast<std::uint32_t>(jobs_.size());
  if (at == Proofs::kNone && !question.blob->sized) {
    at = next;  // no other blob is a hard link to it (sizes.h)
  } else if (at == Proofs::kNone) {
    at = by_inode_.find_or_add(question.blob->identity, next, [&](std::uint32_t job) {
      return jobs_[job].question.blob->identity;
    });
  }
  if (at == next) {
    jobs_.push_back({question});
    return;
  }
  std::uint32_t* more = &jobs_[at].more;
  while (*more != kNoMore) more = &further_[*more].more;
  *more = static_cast<std::uint32_t>(further_.size());
  further_.push_back({question});
}

void Prover::gather(const Asked& job, Wanted& wanted) const {
  wanted.clear();
  const Asked* asked = &job;
  for (;;) {
    wanted.add(asked->question);
    if (asked->more == kNoMore) return;
    asked = &further_[asked->more];
  }
}

void Prover::answer_from_book() {
  if (book_ == nullptr || request_.texts_only || book_->is_empty()) return;
  book_->put_in_order();
  share_out(request_.jobs, (jobs_.size() + kLookedUpTogether - 1) / kLookedUpTogether, [&] {
    return [&, asked = Wanted()](std::size_t at) mutable {
      const std::size_t first = at * kLookedUpTogether;
      const std::size_t end = std::min(first + kLookedUpTogether, jobs_.size());
      for (std::size_t job = first; job < end; ++job) answer_from_book(job, asked);
    };
  });
  proofs_.blobs_from_book = static_cast<std::uint64_t>(
      std::ranges::count_if(proofs_.proofs_, [](const Proof& proof) { return proof.from_book; }));
}

void Prover::answer_from_book(std::size_t job, Wanted& asked) {
  const Blob& blob = *jobs_[job].question.blob;
  ProofBook::Entry* known = blob.sized ? book_->find(blob.identity) : nullptr;
  if (known == nullptr) return;
  gather(jobs_[job], asked);
  if (asked.is_decided_by(blob)) return;
  auto proof = asked.proof_from(known->record);
  if (!proof) return;
  known->is_believed = true;
  proofs_.proofs_[job] = std::move(*proof);
}

std::span<const std::uint32_t> Prover::Order::item(std::size_t at) const {
  const std::span all(jobs);
  if (at < large) return all.subspan(at, 1);
  const std::size_t first = large + (at - large) * kTogether;
  return all.subspan(first, std::min(kTogether, all.size() - first));
}

Prover::Order Prover::reading_order() const {
  Order order;
  order.jobs.reserve(jobs_.size());
  for (std::uint32_t i = 0; i < jobs_.size(); ++i) {
    if (proofs_.proofs_[i].state == ProofState::unread) order.jobs.push_back(i);
  }
  const auto size_of = [&](std::uint32_t i) { return jobs_[i].question.blob->identity.size; };
  const auto small =
      std::stable_partition(order.jobs.begin(), order.jobs.end(),
                            [&](std::uint32_t i) { return size_of(i) >= kLargeFrom; });
  std::stable_sort(order.jobs.begin(), small,
                   [&](std::uint32_t a, std::uint32_t b) { return size_of(a) > size_of(b); });
  order.large = static_cast<std::size_t>(small - order.jobs.begin());
  return order;
}

Proofs Prover::prove() {
  proofs_.proofs_.resize(jobs_.size());
  answer_from_book();
  const Order order = reading_order();
  std::uint64_t bytes = 0;
  for (const std::uint32_t i : order.jobs) bytes += jobs_[i].question.blob->identity.size;
  observer_.hashing_begins(order.jobs.size(), bytes);
  if (book_ != nullptr) readings_.resize(jobs_.size());

  std::atomic<std::uint64_t> hashed{0};
  share_out(request_.jobs, order.items(), [&] {
    return [&, worker = std::make_unique<Worker>(*this)](std::size_t at) {
      const std::span<const std::uint32_t> jobs = order.item(at);
      const std::int64_t read_at = book_ != nullptr ? book_->now() : 0;
      worker->answer(jobs, proofs_.proofs_, readings_);
      for (const std::uint32_t job : jobs) {
        if (book_ != nullptr) readings_[job].read_at = read_at;
      }
      hashed += worker->take_bytes_hashed();
    };
  });
  proofs_.bytes_hashed = hashed;
  remember(order.jobs);
  return std::move(proofs_);
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
