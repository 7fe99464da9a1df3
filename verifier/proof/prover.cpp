#include "verifier/proof/prover.h"

#include "verifier/cache/share_out.h"
#include "verifier/proof/file_reading.h"
#include "verifier/proof/lane_reading.h"
#include "verifier/proof/reading_order.h"
#include "verifier/proof/wanted.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <utility>

namespace hubward {

namespace {

// As long as the costs of the kernels take to be measured, many times over.
constexpr std::uint64_t kWorthMeasuring = std::uint64_t{64} << 20U;
// So many blobs of unknown size that are named as LFS files are likely to hold as much.
constexpr std::size_t kManyUnsized = 8;
// To set up what reads several files at once takes 0.1 ms, for each worker.
constexpr std::size_t kWorthAskingTogether = 64;

// Its folders, a ring, one on the way to another folder, and a file that is looked at again.
constexpr std::size_t kOpenBesideLanes = RealFolders::kMostOpen + 3;

/// Files that each of so many workers may have open at once.
std::size_t lanes_for(std::size_t threads) {
  const std::size_t each = descriptors_for_each(threads);
  return each > kOpenBesideLanes ? std::min(each - kOpenBesideLanes, kMostLanes) : 1;
}

LanePlans plans_for(bool is_much) {
  const auto plan_for = [&](DigestAlgorithm algorithm) {
    const auto kernels = lane_kernels(algorithm);
    return LanePlan(is_much ? measured(kernels) : kernels);
  };
  return {plan_for(DigestAlgorithm::git_sha1), plan_for(DigestAlgorithm::sha256)};
}

ProofDetail& detail_of(Proof& proof) {
  if (!proof.detail) proof.detail = std::make_unique<ProofDetail>();
  return *proof.detail;
}

}  // namespace

/// Answers jobs in a thread of its own, several at a time where that pays.
class Prover::Worker {
 public:
  /// All borrowed for the Worker's life.
  /// @param starts  nullptr: files are read one by one
  Worker(Prover& prover, ReadingOrder& order, const LanePlans& plans, std::size_t lanes,
         std::unique_ptr<FileStarts> starts)
      : prover_(prover),
        order_(order),
        reading_(prover.disk_, prover.request_.root, prover.observer_),
        lanes_(reading_, plans, lanes, std::move(starts)) {}

  /// Until nothing is left.
  void work() {
    for (;;) {
      while (takes_one_more()) {
      }
      if (lanes_.count() == 0) return;
      LaneReading::Ended ended = lanes_.next_ended();
      tell_to_come();
      end_in_lane(std::move(ended));
    }
  }

  std::uint64_t bytes_hashed() const { return reading_.bytes_hashed(); }
  /// So that what it says of some files is nothing about them.
  bool lacked_descriptors() const { return lacked_descriptors_; }

 private:
  struct InLane {
    std::uint32_t job = 0;
    Wanted asked;
    bool is_unsized = false;
  };

  /// Answers the next job or gives it a lane. False when there is none, or no lane for it.
  bool takes_one_more() {
    if (item_.jobs.empty()) take();
    if (item_.jobs.empty()) return false;
    const std::uint32_t job = item_.jobs.front();
    const ProofQuestion& question = prover_.jobs_[job].question;
    if (!std::exchange(is_gathered_, true)) prover_.gather(prover_.jobs_[job], asked_);
    const bool is_decided = !prover_.request_.texts_only && asked_.is_decided_by(*question.blob);
    const auto algorithm = asked_.digests().one_alone();
    const bool is_for_a_lane = !prover_.request_.texts_only && !is_decided && algorithm;
    LaneReading::Begin how{};
    if (is_for_a_lane) {
      how = way_into_a_lane(question, *algorithm);
      if (!lanes_.has_room_for(how)) return false;
    }
    item_.jobs = item_.jobs.subspan(1);
    is_gathered_ = false;
    if (prover_.book_ != nullptr) prover_.readings_[job].read_at = prover_.book_->now();
    if (is_decided) {
      fill({.state = ProofState::read, .size = question.blob->identity.size}, question, asked_,
           proof_of(job));
    } else if (is_for_a_lane) {
      begin_in_lane(job, how);
    } else if (prover_.request_.texts_only) {
      read_text_only(question, asked_, proof_of(job));
    } else {
      settle(reading_.read_once(question, asked_.digests()), job, asked_);
    }
    return true;
  }

  void take() {
    if (std::exchange(item_.is_unsized, false)) ++unsized_items_;
    note_sized();
    item_ = order_.take({lanes_.count(), lanes_.longest()});
    for (const std::uint32_t job : item_.jobs) fetch_ahead(*prover_.jobs_[job].question.blob);
  }

  LaneReading::Begin way_into_a_lane(const ProofQuestion& question,
                                     DigestAlgorithm algorithm) const {
    LaneReading::Begin how{.algorithm = algorithm};
    // A book is told what the file was as well, and a long one is better opened first.
    how.is_named = prover_.book_ == nullptr && asked_.is_named_by(algorithm) &&
                   question.blob->identity.size < ReadingOrder::kLargeFrom;
    if (item_.is_unsized) how.too_long = ReadingOrder::kLargeFrom;
    how.may_be_short =
        item_.is_unsized ||
        (question.blob->sized && question.blob->identity.size < LaneMessage::kFirstRoomBytes);
    return how;
  }

  void begin_in_lane(std::uint32_t job, const LaneReading::Begin& how) {
    const ProofQuestion& question = prover_.jobs_[job].question;
    InLane& in_lane = in_lanes_[lanes_.begin(question, how)];
    in_lane.job = job;
    in_lane.is_unsized = item_.is_unsized;
    if (in_lane.is_unsized) ++unsized_in_lanes_;
    std::swap(in_lane.asked, asked_);
    tell_to_come();
  }

  void end_in_lane(LaneReading::Ended ended) {
    const InLane& in_lane = in_lanes_[ended.lane];
    if (in_lane.is_unsized) {
      reading_.note_size(ended.facts.size);
      --unsized_in_lanes_;
    }
    if (ended.is_too_long) {
      order_.put_back(in_lane.job, ended.facts.size);
    } else {
      settle(std::move(ended.facts), in_lane.job, in_lane.asked);
    }
  }

  /// Of items all of whose sizes are known by now.
  void note_sized() {
    if (unsized_in_lanes_ > 0) return;
    for (; unsized_items_ > 0; --unsized_items_) order_.note_sized();
  }

  /// Of small files nothing is to come once they have begun, and workers share the count of it.
  void tell_to_come() {
    const std::uint64_t now = lanes_.to_come();
    if (now != to_come_) order_.note_to_come(std::exchange(to_come_, now), now);
  }

  /// From a first reading to the proof, with a second one where the first does not do.
  void settle(FileFacts&& facts, std::uint32_t job, const Wanted& asked) {
    const ProofQuestion& question = prover_.jobs_[job].question;
    facts = reading_.steadied(std::move(facts), question, asked.digests());
    if (facts.state == ProofState::read && contradicts(facts, asked)) {
      facts = read_again(facts, question, asked);
    }
    if (prover_.book_ != nullptr) prover_.readings_[job].identity = facts.identity;
    fill(std::move(facts), question, asked, proof_of(job));
  }

  Proof& proof_of(std::uint32_t job) { return prover_.proofs_.proofs_[job]; }

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
      second.details().why = "two readings gave different bytes";
    }
    return second;
  }

  void read_text_only(const ProofQuestion& question, const Wanted& asked, Proof& proof) {
    if (!asked.keep_text) return;
    const WantedDigests text{.text = true};
    FileFacts facts = reading_.steadied(reading_.read_once(question, text), question, text);
    proof.state = facts.state;
    lacked_descriptors_ = lacked_descriptors_ || facts.lacks_descriptors;
    if (facts.state != ProofState::read) detail_of(proof).why = std::move(facts.details().why);
    if (facts.detail && facts.detail->text) detail_of(proof).text = std::move(facts.detail->text);
  }

  void fill(FileFacts&& facts, const ProofQuestion& question, const Wanted& asked, Proof& proof) {
    lacked_descriptors_ = lacked_descriptors_ || facts.lacks_descriptors;
    proof.state = facts.state;
    proof.size = facts.size;
    proof.git_sha1 = facts.git_sha1;
    proof.sha256 = facts.sha256;
    if (facts.state != ProofState::read) {
      detail_of(proof).why = std::move(facts.details().why);
      return;
    }
    if (facts.is_lfs_pointer) detail_of(proof).is_lfs_pointer = true;
    if (facts.detail) {
      detail_of(proof).md5 = std::move(facts.detail->md5);
      detail_of(proof).text = std::move(facts.detail->text);
    }
    const bool vouched = any_matches(proof, asked.claims);
    const bool fits_names = std::all_of(asked.names.begin(), asked.names.end(),
                                        [&](const Digest& name) { return proof.matches(name); });
    if (fits_names && !asked.names.empty()) {
      proof.is_its_name = asked.is_about_one_blob();
      return;
    }
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
      lacked_descriptors_ = lacked_descriptors_ || lacks_descriptors(fault.error());
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
      lacked_descriptors_ = lacked_descriptors_ || lacks_descriptors(damage.error());
      proof.state = ProofState::unreadable;
      detail_of(proof).why = damage.error().what;
    }
  }

  Prover& prover_;
  ReadingOrder& order_;
  FileReading reading_;
  LaneReading lanes_;
  std::array<InLane, kMostLanes> in_lanes_;  // kept for their memory
  ReadingOrder::Item item_;                  // taken, and not begun
  Wanted asked_;                             // of the first of them, once it is gathered
  bool is_gathered_ = false;
  bool lacked_descriptors_ = false;
  std::uint64_t to_come_ = 0;      // as last told
  std::size_t unsized_items_ = 0;  // taken and begun, not yet told to be sized
  std::size_t unsized_in_lanes_ = 0;
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
  Asked& job = jobs_[at];
  const auto index = static_cast<std::uint32_t>(further_.size());
  (job.last == kNoMore ? job.more : further_[job.last].more) = index;
  job.last = index;
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

std::vector<std::uint32_t> Prover::jobs_to_do(Duty duty) const {
  std::vector<std::uint32_t> jobs;
  jobs.reserve(jobs_.size());
  for (std::uint32_t i = 0; i < jobs_.size(); ++i) {
    const bool is_due = duty_of(i) == duty && proofs_.proofs_[i].state == ProofState::unread;
    if (is_due) jobs.push_back(i);
  }
  return jobs;
}

Proofs Prover::prove() {
  proofs_.proofs_.resize(jobs_.size());
  if (request_.shard) take_share(*request_.shard);
  answer_from_book();
  if (book_ != nullptr) readings_.resize(jobs_.size());
  proofs_.bytes_hashed = read(Duty::own);
  if (!request_.shard) return std::move(proofs_);
  const std::vector<std::uint32_t> anothers = jobs_to_do(Duty::text);
  read(Duty::text);
  for (const std::uint32_t i : anothers) proofs_.proofs_[i].is_anothers = true;
  return std::move(proofs_);
}

std::uint64_t Prover::read(Duty duty) {
  std::vector<std::uint32_t> to_do = jobs_to_do(duty);
  // A worker makes its digests and its room ready before it looks for work.
  if (to_do.empty()) {
    if (duty == Duty::own) observer_.hashing_begins(0, 0);
    return 0;
  }
  const std::size_t threads = threads_for(request_.jobs, to_do.size());
  std::size_t unsized = 0;  // of the blobs that may be large
  for (const std::uint32_t job : to_do) {
    const Blob& blob = *jobs_[job].question.blob;
    if (!blob.sized && blob.name.size() == 64) ++unsized;
  }
  const auto size_of = [&](std::uint32_t job) -> std::optional<std::uint64_t> {
    const Blob& blob = *jobs_[job].question.blob;
    return blob.sized ? std::optional(blob.identity.size) : std::nullopt;
  };
  ReadingOrder order(std::move(to_do), size_of, threads);
  if (duty == Duty::own) observer_.hashing_begins(order.jobs().size(), order.known_bytes());
  const LanePlans plans =
      plans_for(order.known_bytes() >= kWorthMeasuring || unsized >= kManyUnsized);
  const bool is_many = order.jobs().size() >= kWorthAskingTogether;
  const std::size_t lanes = lanes_for(threads);
  std::atomic<std::uint64_t> hashed{0};
  std::atomic<bool> lacked_descriptors{false};
  work_together(threads, [&] {
    const auto worker = std::make_unique<Worker>(*this, order, plans, lanes,
                                                 is_many ? disk_.file_starts(lanes) : nullptr);
    worker->work();
    hashed += worker->bytes_hashed();
    if (worker->lacked_descriptors()) lacked_descriptors = true;
  });
  remember(order.jobs());
  proofs_.lacked_descriptors = proofs_.lacked_descriptors || lacked_descriptors;
  return hashed;
}

}  // namespace hubward
