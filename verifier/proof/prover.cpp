#include "verifier/proof/prover.h"

#include "verifier/cache/share_out.h"
#include "verifier/proof/file_reading.h"

#include <algorithm>
#include <atomic>

namespace hubward {

namespace {

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

/// Answers jobs, one after the other, in a thread of its own.
class Prover::Worker {
 public:
  explicit Worker(const Prover& prover)
      : prover_(prover), reading_(prover.disk_, prover.request_.root, prover.observer_) {}

  void answer(Job& job, Proof& proof) {
    if (prover_.request_.texts_only) {
      read_text_only(job, proof);
      return;
    }
    if (prover_.book_ != nullptr) job.read_at = prover_.book_->now();
    WantedDigests wanted{.md5 = job.asks_md5, .text = job.question.keep_text};
    want(wanted, job.names);
    want(wanted, job.question.claims);
    want(wanted, job.question.candidates);
    FileFacts facts = reading_.read_twice_if_unsteady(job.question, wanted);
    if (facts.state == ProofState::read && contradicts(job, facts)) {
      facts = read_again(job, wanted, facts);
    }
    fill(job, std::move(facts), proof);
  }

  /// Since the last call.
  std::uint64_t take_bytes_hashed() { return reading_.take_bytes_hashed(); }

 private:
  static bool contradicts(const Job& job, const FileFacts& facts) {
    const auto differs = [&](const Digest& claim) {
      const auto& got =
          claim.algorithm() == DigestAlgorithm::git_sha1 ? facts.git_sha1 : facts.sha256;
      return got != claim;
    };
    return std::any_of(job.names.begin(), job.names.end(), differs) ||
           std::any_of(job.question.claims.begin(), job.question.claims.end(), differs);
  }

  /// With every digest, so that an unusual name can be explained.
  FileFacts read_again(const Job& job, WantedDigests wanted, const FileFacts& first) {
    wanted.git_sha1 = wanted.sha256 = true;
    FileFacts second = reading_.read_twice_if_unsteady(job.question, wanted);
    const auto differ = [](const std::optional<Digest>& a, const std::optional<Digest>& b) {
      return a && b && *a != *b;
    };
    if (second.state == ProofState::read && contradicts(job, second) &&
        (differ(first.git_sha1, second.git_sha1) || differ(first.sha256, second.sha256))) {
      second.state = ProofState::unsteady;
      second.why = "two readings gave different bytes";
    }
    return second;
  }

  void read_text_only(const Job& job, Proof& proof) {
    if (!job.question.keep_text) return;
    FileFacts facts = reading_.read_twice_if_unsteady(job.question, {.text = true});
    proof.state = facts.state;
    if (facts.state != ProofState::read) detail_of(proof).why = facts.why;
    if (facts.text) detail_of(proof).text = std::move(facts.text);
  }

  void fill(const Job& job, FileFacts facts, Proof& proof) {
    proof.state = facts.state;
    proof.git_sha1 = facts.git_sha1;
    proof.sha256 = facts.sha256;
    if (facts.state != ProofState::read) {
      detail_of(proof).why = facts.why;
      return;
    }
    if (facts.is_lfs_pointer) detail_of(proof).is_lfs_pointer = true;
    if (!facts.md5.empty()) detail_of(proof).md5 = facts.md5;
    if (facts.text) detail_of(proof).text = std::move(facts.text);
    const bool vouched = any_matches(proof, job.question.claims);
    const bool fits_names = std::all_of(job.names.begin(), job.names.end(),
                                        [&](const Digest& name) { return proof.matches(name); });
    if (fits_names && !job.names.empty()) return;
    if (job.names.empty()) {
      if (!vouched) explain_unnamed(job, proof);
    } else if (!is_named_by_pointer(job, facts.size, proof) && !vouched) {
      classify(job, proof);
    }
  }

  void explain_unnamed(const Job& job, Proof& proof) {
    if (!job.question.claims.empty() || any_matches(proof, job.question.candidates)) return;
    auto fault = reading_.content_fault_of(job.question);
    if (!fault) {
      proof.state = ProofState::unreadable;
      detail_of(proof).why = fault.error().what;
    } else if (*fault) {
      detail_of(proof).content_fault = std::move(*fault);
    }
  }

  /// A server without X-Linked-Etag names LFS content by the git id of its pointer.
  static bool is_named_by_pointer(const Job& job, std::uint64_t size, Proof& proof) {
    if (!proof.sha256) return false;
    const Digest id = digest_of(DigestAlgorithm::git_sha1, lfs_pointer_text(*proof.sha256, size));
    if (std::ranges::find(job.names, id) == job.names.end()) return false;
    detail_of(proof).named_by_lfs_pointer = true;
    return true;
  }

  void classify(const Job& job, Proof& proof) {
    const auto wrong =
        std::ranges::find_if(job.names, [&](const Digest& name) { return !proof.matches(name); });
    auto damage = reading_.damage_of(job.question, {*wrong, job.question.listed_size});
    if (damage) {
      detail_of(proof).damage = std::move(*damage);
    } else {
      proof.state = ProofState::unreadable;
      detail_of(proof).why = damage.error().what;
    }
  }

  const Prover& prover_;
  FileReading reading_;
};

Prover::Prover(const Disk& disk, Observer& observer, ProofBook* book, ProveRequest request)
    : disk_(disk), observer_(observer), book_(book), request_(std::move(request)) {}

void Prover::ask(ProofQuestion question) {
  const FileIdentity& identity = question.blob->identity;
  const auto [at, is_new] =
      by_inode_.emplace(std::pair(identity.device, identity.inode), jobs_.size());
  proofs_.index_[question.blob] = at->second;
  const std::string& name = question.blob->name;
  if (is_new) jobs_.push_back({});
  Job& job = jobs_[at->second];
  if (const auto digest = Digest::from_hex(name)) add_new(job.names, *digest);
  job.asks_md5 = job.asks_md5 || looks_like_md5(name);
  if (is_new) {
    job.question = std::move(question);
    return;
  }
  for (const Digest& claim : question.claims) add_new(job.question.claims, claim);
  for (const Digest& name_of_other : question.candidates) {
    add_new(job.question.candidates, name_of_other);
  }
  job.question.keep_text = job.question.keep_text || question.keep_text;
  if (!job.question.listed_size) job.question.listed_size = question.listed_size;
  if (job.question.repo_path.empty()) job.question.repo_path = std::move(question.repo_path);
}

void Prover::answer_from_book() {
  if (book_ == nullptr || request_.texts_only) return;
  for (std::size_t i = 0; i < jobs_.size(); ++i) {
    const Job& job = jobs_[i];
    const ProofBook::Entry* known = book_->find(job.question.blob->identity);
    if (known == nullptr || job.question.keep_text || job.names.empty()) continue;
    Proof proof{.state = ProofState::read,
                .from_book = true,
                .git_sha1 = known->git_sha1,
                .sha256 = known->sha256};
    const auto is_told = [&](const Digest& claim) { return proof.matches(claim); };
    if (std::all_of(job.names.begin(), job.names.end(), is_told) &&
        std::all_of(job.question.claims.begin(), job.question.claims.end(), is_told)) {
      proofs_.proofs_[i] = std::move(proof);
      ++proofs_.blobs_from_book;
    }
  }
}

std::vector<std::size_t> Prover::reading_order() const {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < jobs_.size(); ++i) {
    if (proofs_.proofs_[i].state == ProofState::unread) order.push_back(i);
  }
  const auto size_of = [&](std::size_t i) { return jobs_[i].question.blob->identity.size; };
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return size_of(a) > size_of(b); });
  return order;
}

Proofs Prover::prove() {
  proofs_.proofs_.resize(jobs_.size());
  answer_from_book();
  const std::vector<std::size_t> order = reading_order();
  std::uint64_t bytes = 0;
  for (const std::size_t i : order) bytes += jobs_[i].question.blob->identity.size;
  observer_.hashing_begins(order.size(), bytes);

  std::atomic<std::uint64_t> hashed{0};
  share_out(request_.jobs, order.size(), [&] {
    return [&, worker = std::make_unique<Worker>(*this)](std::size_t at) {
      worker->answer(jobs_[order[at]], proofs_.proofs_[order[at]]);
      hashed += worker->take_bytes_hashed();
    };
  });
  proofs_.bytes_hashed = hashed;
  if (book_ != nullptr) {
    for (const std::size_t i : order) {
      const Proof& proof = proofs_.proofs_[i];
      if (proof.state == ProofState::read && !request_.texts_only) {
        book_->remember(jobs_[i].question.blob->identity, jobs_[i].read_at,
                        {proof.git_sha1, proof.sha256});
      }
    }
  }
  return std::move(proofs_);
}

}  // namespace hubward
