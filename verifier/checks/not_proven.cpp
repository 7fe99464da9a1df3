// "0 files, all fine" is never complete: an entry stands on at least the basis that was asked for,
// and some of its bytes were held against something.
#include "verifier/checks/check.h"
#include "verifier/checks/doubt.h"

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
  if (proof == nullptr || proof->state != ProofState::read || proof->is_anothers) return false;
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

bool is_intact(const RepoCase& repo, const Findings& findings) {
  const auto worst = findings.worst_of(repo);
  return !worst || *worst > FindingClass::incomplete;
}

std::optional<Doubt> doubt_of(const RepoCase& repo, const Judgement& judgement) {
  if (repo.entry == nullptr || repo.reach != EntryReach::reached) return std::nullopt;
  if (*repo.basis < judgement.require) return Doubt::basis;
  return needs_a_listing(repo) ? Doubt::listing : Doubt::bytes;
}

bool is_held(const RepoCase& repo, const Judgement& judgement) {
  return std::ranges::any_of(repo.judged, [&](const JudgedPointer& judged) {
    return is_held_against_something(repo, judged, judgement);
  });
}

Finding finding_of(const NotProven& fault, std::string_view snapshot_path) {
  Finding finding = make_finding(FindingCode::not_proven, snapshot_path);
  switch (fault.doubt) {
    case Doubt::basis:
      finding.expected = std::string(to_string(fault.required));
      if (fault.basis) finding.actual = std::string(to_string(*fault.basis));
      finding.detail = "the basis is weaker than required";
      break;
    case Doubt::listing:
      finding.detail = "profile:all can be proven by a listing or a lock only";
      break;
    case Doubt::bytes: finding.detail = "no byte of it could be held against anything"; break;
  }
  return finding;
}

void not_proven(const RepoCase& repo, const Judgement& judgement, Findings& out) {
  const auto doubt = doubt_of(repo, judgement);
  if (!doubt) return;
  const bool is_about_bytes = *doubt == Doubt::bytes;
  if (is_about_bytes && (judgement.is_shard || !is_intact(repo, out))) return;
  if (is_about_bytes && is_held(repo, judgement)) return;
  out.add(repo, finding_of({*doubt, judgement.require, repo.basis}, repo.snapshot->path));
}

}  // namespace hubward
