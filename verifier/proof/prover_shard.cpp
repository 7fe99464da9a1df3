// What of the prover's work belongs to a shard: the files that fall to it by the split. The indexes
// that fall to others it reads too, for they tell every shard which files have to be there; their
// bytes are the others' to judge and to count.
#include "verifier/proof/hasher.h"
#include "verifier/proof/prover.h"
#include "verifier/proof/split.h"

#include <algorithm>
#include <span>
#include <string>

namespace hubward {
namespace {

/// As one line of text each, so that nobody's byte order is in it.
void add(Hasher& hasher, const HashUnit& unit) {
  const std::string text = std::to_string(unit.size) + ' ' + std::string(unit.path) + '\0';
  hasher.update(std::as_bytes(std::span(text)));
}

}  // namespace

void Prover::take_share(const Shard& shard) {
  std::vector<HashUnit> units;
  std::vector<bool> is_index;
  units.reserve(jobs_.size());
  is_index.reserve(jobs_.size());
  for (const Asked& job : jobs_) {
    HashUnit unit{job.question.blob->path, job.question.blob->identity.size};
    bool keeps_text = job.question.keep_text;
    for (std::uint32_t more = job.more; more != kNoMore; more = further_[more].more) {
      const ProofQuestion& question = further_[more].question;
      unit.path = std::min(unit.path, question.blob->path);
      keeps_text = keeps_text || question.keep_text;
    }
    units.push_back(unit);
    is_index.push_back(keeps_text);
  }
  const std::vector<unsigned> shard_of = split_among(units, shard.of);
  Hasher hasher(DigestAlgorithm::sha256);
  hasher.reset(0);
  duties_.resize(jobs_.size());
  std::uint64_t blobs = 0;
  std::uint64_t bytes = 0;
  for (std::size_t job = 0; job < jobs_.size(); ++job) {
    add(hasher, units[job]);
    duties_[job] = is_index[job] ? Duty::text : Duty::none;
    if (shard_of[job] != shard.index) continue;
    duties_[job] = Duty::own;
    if (request_.texts_only) continue;
    ++blobs;
    bytes += units[job].size;
  }
  proofs_.share = ProofShare{.blobs = blobs, .bytes = bytes, .units = hasher.finish()};
}

}  // namespace hubward
