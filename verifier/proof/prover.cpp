#include "verifier/proof/prover.h"

#include "verifier/cache/share_out.h"
#include "verifier/proof/file_reading.h"

#include <algorithm>
#include <atomic>

namespace hubward {

namespace {

// Below this the order of reading hardly changes when all is read, and files that lie together are
// read together, with their folder still open.
constexpr std::uint64_t kLargeFrom = std::uint64_t{1} << 20;

bool looks_like_md5(std::string_view name) {
  return name.size() == 32 && std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

template <class T>
void add_new(std::vector<T>& all, const T& value) {
  if (std::ranges::find(all, value) == all.end()) all.push_back(value);
}

void want(WantedDigests& wanted, const std::vector<Digest>& claims) {
  for (const Digest& claim : claims) {
    (claim.algorithm() == DigestAlgorithm::git_sha1 ? wanted.git_sha1 : wanted.sha256) = true;
  }
}

bool any_matches(const Proof& proof, const std::vector<Digest>& claims) {
  return std::any_of(claims.begin(), claims.end(),
                     [&](const Digest& claim) { return proof.matches(claim); });
}

ProofDetail& detail_of(Proof& proof) {
  if (!proof.detail) proof.detail = std::make_unique<ProofDetail>();
  return *proof.detail;
}

}  // namespace

/// All that anyone wants to know of one inode's file.
struct Prover::Wanted {
  std::vector<Digest> names;       // what its names in blobs/ say; hard links may have several
  std::vector<Digest> claims;      // by lock and listing
  std::vector<Digest> candidates;  // a plain file: names of the repo's blobs of the same size
  std::optional<std::uint64_t> listed_size;
  std::string_view repo_path;
  bool asks_md5 = false;
  bool keep_text = false;

  void gather(const Asked& job, const std::vector<Asked>& further) {
    names.clear();
    claims.clear();
    candidates.clear();
    listed_size.reset();
    repo_path = {};
    asks_md5 = keep_text = false;
    const Asked* asked = &job;
    for (;;) {
      add(asked->question);
      if (asked->more == kNoMore) return;
      asked = &further[asked->more];
    }
  }

 private:
  void add(const ProofQuestion& question) {
    const std::string_view name = question.blob->name;
    if (const auto digest = Digest::from_hex(name)) add_new(names, *digest);
    asks_md5 = asks_md5 || looks_like_md5(name);
    keep_text = keep_text || question.keep_text;
    if (repo_path.empty()) repo_path = question.repo_path;
    if (question.listed != nullptr) {
      add_new(claims, question.listed->oid);
      if (question.listed->sha256) add_new(claims, *question.listed->sha256);
      if (!listed_size) listed_size = question.listed->size;
    }
    if (question.may_be_a_blob) add_candidates(*question.folder, question.blob->identity.size);
  }

  void add_candidates(const RepoFolder& folder, std::uint64_t size) {
    for (const Blob& blob : folder.blobs) {
      if (blob.identity.size != size) continue;
      if (const auto name = Digest::from_hex(blob.name)) add_new(candidates, *name);
    }
  }
};

/// Answers jobs, one after the other, in a thread of its own.
class Prover::Worker {
 public:
  explicit Worker(const Prover& prover)
      : prover_(prover), reading_(prover.disk_, prover.request_.root, prover.observer_) {}

  void answer(const Asked& job, Proof& proof) {
    blob_ = &job.question;
    asked_.gather(job, prover_.further_);
    if (prover_.request_.texts_only) {
      read_text_only(proof);
      return;
    }
    WantedDigests digests{.md5 = asked_.asks_md5, .text = asked_.keep_text};
    want(digests, asked_.names);
    want(digests, asked_.claims);
    want(digests, asked_.candidates);
    FileFacts facts = reading_.read_twice_if_unsteady(*blob_, digests);
    if (facts.state == ProofState::read && contradicts(facts)) {
      facts = read_again(digests, facts);
    }
    fill(std::move(facts), proof);
  }

  /// Since the last call.
  std::uint64_t take_bytes_hashed() { return reading_.take_bytes_hashed(); }

 private:
  bool contradicts(const FileFacts& facts) const {
    const auto differs = [&](const Digest& claim) {
      const auto& got =
          claim.algorithm() == DigestAlgorithm::git_sha1 ? facts.git_sha1 : facts.sha256;
      return got != claim;
    };
    return std::any_of(asked_.names.begin(), asked_.names.end(), differs) ||
           std::any_of(asked_.claims.begin(), asked_.claims.end(), differs);
  }

  /// With every digest, so that an unusual name can be explained.
  FileFacts read_again(WantedDigests digests, const FileFacts& first) {
    digests.git_sha1 = digests.sha256 = true;
    FileFacts second = reading_.read_twice_if_unsteady(*blob_, digests);
    const auto differ = [](const std::optional<Digest>& a, const std::optional<Digest>& b) {
      return a && b && *a != *b;
    };
    if (second.state == ProofState::read && contradicts(second) &&
        (differ(first.git_sha1, second.git_sha1) || differ(first.sha256, second.sha256))) {
      second.state = ProofState::unsteady;
      second.why = "two readings gave different bytes";
    }
    return second;
  }

  void read_text_only(Proof& proof) {
    if (!asked_.keep_text) return;
    FileFacts facts = reading_.read_twice_if_unsteady(*blob_, {.text = true});
    proof.state = facts.state;
    if (facts.state != ProofState::read) detail_of(proof).why = facts.why;
    if (facts.text) detail_of(proof).text = std::move(facts.text);
  }

  void fill(FileFacts facts, Proof& proof) {
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
    const bool vouched = any_matches(proof, asked_.claims);
    const bool fits_names = std::all_of(asked_.names.begin(), asked_.names.end(),
                                        [&](const Digest& name) { return proof.matches(name); });
    if (fits_names && !asked_.names.empty()) return;
    if (asked_.names.empty()) {
      if (!vouched) explain_unnamed(proof);
    } else if (!is_named_by_pointer(facts.size, proof) && !vouched) {
      classify(proof);
    }
  }

  void explain_unnamed(Proof& proof) {
    if (!asked_.claims.empty() || any_matches(proof, asked_.candidates)) return;
    auto fault = reading_.content_fault_of(*blob_, asked_.repo_path);
    if (!fault) {
      proof.state = ProofState::unreadable;
      detail_of(proof).why = fault.error().what;
    } else if (*fault) {
      detail_of(proof).content_fault = std::move(*fault);
    }
  }

  /// A server without X-Linked-Etag names LFS content by the git id of its pointer.
  bool is_named_by_pointer(std::uint64_t size, Proof& proof) const {
    if (!proof.sha256) return false;
    const Digest id = digest_of(DigestAlgorithm::git_sha1, lfs_pointer_text(*proof.sha256, size));
    if (std::ranges::find(asked_.names, id) == asked_.names.end()) return false;
    detail_of(proof).named_by_lfs_pointer = true;
    return true;
  }

  void classify(Proof& proof) {
    const auto wrong = std::ranges::find_if(
        asked_.names, [&](const Digest& name) { return !proof.matches(name); });
    auto damage = reading_.damage_of(*blob_, {*wrong, asked_.listed_size});
    if (damage) {
      detail_of(proof).damage = std::move(*damage);
    } else {
      proof.state = ProofState::unreadable;
      detail_of(proof).why = damage.error().what;
    }
  }

  const Prover& prover_;
  FileReading reading_;
  const ProofQuestion* blob_ = nullptr;  // the job's, while it is answered
  Wanted asked_;                         // of that job; kept for its memory
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

void Prover::answer_from_book() {
  if (book_ == nullptr || request_.texts_only) return;
  Wanted asked;
  for (std::size_t i = 0; i < jobs_.size(); ++i) {
    const ProofBook::Entry* known = book_->find(jobs_[i].question.blob->identity);
    if (known == nullptr) continue;
    asked.gather(jobs_[i], further_);
    if (asked.keep_text || asked.names.empty()) continue;
    Proof proof{.state = ProofState::read,
                .from_book = true,
                .git_sha1 = known->git_sha1,
                .sha256 = known->sha256};
    const auto is_told = [&](const Digest& claim) { return proof.matches(claim); };
    if (std::all_of(asked.names.begin(), asked.names.end(), is_told) &&
        std::all_of(asked.claims.begin(), asked.claims.end(), is_told)) {
      proofs_.proofs_[i] = std::move(proof);
      ++proofs_.blobs_from_book;
    }
  }
}

std::vector<std::uint32_t> Prover::reading_order() const {
  std::vector<std::uint32_t> order;
  order.reserve(jobs_.size());
  for (std::uint32_t i = 0; i < jobs_.size(); ++i) {
    if (proofs_.proofs_[i].state == ProofState::unread) order.push_back(i);
  }
  const auto size_of = [&](std::uint32_t i) { return jobs_[i].question.blob->identity.size; };
  const auto small = std::stable_partition(
      order.begin(), order.end(), [&](std::uint32_t i) { return size_of(i) >= kLargeFrom; });
  std::stable_sort(order.begin(), small,
                   [&](std::uint32_t a, std::uint32_t b) { return size_of(a) > size_of(b); });
  return order;
}

Proofs Prover::prove() {
  proofs_.proofs_.resize(jobs_.size());
  answer_from_book();
  const std::vector<std::uint32_t> order = reading_order();
  std::uint64_t bytes = 0;
  for (const std::uint32_t i : order) bytes += jobs_[i].question.blob->identity.size;
  observer_.hashing_begins(order.size(), bytes);
  if (book_ != nullptr) read_at_.resize(jobs_.size());

  std::atomic<std::uint64_t> hashed{0};
  share_out(request_.jobs, order.size(), [&] {
    return [&, worker = std::make_unique<Worker>(*this)](std::size_t at) {
      const std::uint32_t job = order[at];
      if (book_ != nullptr) read_at_[job] = book_->now();
      worker->answer(jobs_[job], proofs_.proofs_[job]);
      hashed += worker->take_bytes_hashed();
    };
  });
  proofs_.bytes_hashed = hashed;
  remember(order);
  return std::move(proofs_);
}

void Prover::remember(const std::vector<std::uint32_t>& read) {
  if (book_ == nullptr || request_.texts_only) return;
  for (const std::uint32_t i : read) {
    const Proof& proof = proofs_.proofs_[i];
    if (proof.state != ProofState::read) continue;
    book_->remember(jobs_[i].question.blob->identity, read_at_[i], {proof.git_sha1, proof.sha256});
  }
}

}  // namespace hubward
