// "0 files, all fine" is never complete: an entry stands on at least the basis that was asked for,
// and some of its bytes were held against something.
#include "verifier/checks/check.h"

#include <algorithm>

namespace hubward {
namespace {

/// Whether anything says what these bytes should be. Below level content it is enough that it could
/// be asked.
bool is_held_against_something(const RepoCase& repo, const JudgedPointer& judged,
                               const Judgement& judgement) {
  const Blob* blob = repo.folder->bytes_of(*judged.pointer);
  if (blob == nullptr) return false;
  const auto name = Digest::from_hex(blob->name);
  if (judgement.level != Level::content) return judged.listed != nullptr || name;
  const Proof* proof = judgement.proofs.of(*blob);
  if (proof == nullptr || proof->state != ProofState::read) return false;
  if (judged.listed != nullptr) return proof->matches(judged.listed->oid);
  if (name) return proof->matches(*name);
  const auto& blobs = repo.folder->blobs;
  return std::any_of(blobs.begin(), blobs.end(), [&](const Blob& other) {
    const auto other_name = Digest::from_hex(other.name);
    return judged.pointer->plain && other_name && proof->matches(*other_name);
  });
}

bool needs_a_listing(const RepoCase& repo) {
  return repo.basis == Basis::assumed && repo.entry->effective_profile() == Profile::all;
}

}  // namespace

void not_proven(const RepoCase& repo, const Judgement& judgement, Findings& out) {
  if (repo.entry == nullptr || repo.reach != EntryReach::reached) return;
  Finding finding = make_finding(FindingCode::not_proven, repo.snapshot->path);
  if (*repo.basis < judgement.require) {
    finding.expected = std::string(to_string(judgement.require));
    finding.actual = std::string(to_string(*repo.basis));
    finding.detail = "the basis is weaker than required";
    out.add(repo, std::move(finding));
    return;
  }
  if (needs_a_listing(repo)) {
    finding.detail = "profile:all can be proven by a listing or a lock only";
    out.add(repo, std::move(finding));
    return;
  }
  const auto worst = out.worst_of(repo);
  if (worst && *worst <= FindingClass::incomplete) return;
  const bool any =
      std::any_of(repo.judged.begin(), repo.judged.end(), [&](const JudgedPointer& judged) {
        return is_held_against_something(repo, judged, judgement);
      });
  if (any) return;
  finding.detail = "no byte of it could be held against anything";
  out.add(repo, std::move(finding));
}

}  // namespace hubward
