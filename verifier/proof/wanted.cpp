#include "verifier/proof/wanted.h"

#include <algorithm>

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

bool all_match(const Proof& proof, const std::vector<Digest>& claims) {
  return std::ranges::all_of(claims, [&](const Digest& claim) { return proof.matches(claim); });
}

}  // namespace

bool any_matches(const Proof& proof, const std::vector<Digest>& claims) {
  return std::ranges::any_of(claims, [&](const Digest& claim) { return proof.matches(claim); });
}

void Wanted::add(const ProofQuestion& question) {
  // Hundreds of revisions may name one blob.
  if (question.blob != blob_) add_name(*question.blob);
  keep_text = keep_text || question.keep_text;
  asks_sha256_ = asks_sha256_ || question.sha256;
  if (repo_path.empty()) repo_path = question.repo_path;
  if (question.listed != nullptr) {
    add_new(claims, question.listed->oid);
    if (question.listed->sha256) add_new(claims, *question.listed->sha256);
    if (!listed_size) listed_size = question.listed->size;
    if (question.listed->locked) locked_sizes_.push_back(question.listed->size);
  }
  is_all_locked_ = is_all_locked_ && question.listed != nullptr && question.listed->locked;
  if (question.may_be_a_blob) add_candidates(*question.folder, question.blob->identity.size);
}

void Wanted::add_name(const Blob& blob) {
  is_about_one_blob_ = blob_ == nullptr;
  if (is_about_one_blob_) blob_ = &blob;
  if (const auto digest = Digest::from_hex(blob.name)) add_new(names, *digest);
  asks_md5_ = asks_md5_ || looks_like_md5(blob.name);
}

void Wanted::add_candidates(const RepoFolder& folder, std::uint64_t size) {
  for (const Blob& blob : folder.blobs) {
    if (blob.identity.size != size) continue;
    if (const auto name = Digest::from_hex(blob.name)) add_new(candidates, *name);
  }
}

void Wanted::clear() {
  names.clear();
  claims.clear();
  candidates.clear();
  listed_size.reset();
  repo_path = {};
  keep_text = asks_md5_ = asks_sha256_ = false;
  locked_sizes_.clear();
  is_all_locked_ = is_about_one_blob_ = true;
  blob_ = nullptr;
}

WantedDigests Wanted::digests() const {
  WantedDigests wanted{.sha256 = asks_sha256_, .md5 = asks_md5_, .text = keep_text};
  for (const auto* digests : {&names, &claims, &candidates}) {
    for (const Digest& digest : *digests) {
      (digest.algorithm() == DigestAlgorithm::git_sha1 ? wanted.git_sha1 : wanted.sha256) = true;
    }
  }
  return wanted;
}

bool Wanted::is_decided_by(const Blob& blob) const {
  const auto is_claimed = [&](const Digest& name) {
    return std::ranges::find(claims, name) != claims.end();
  };
  return blob.sized && is_all_locked_ && std::ranges::all_of(names, is_claimed) &&
         std::ranges::find(locked_sizes_, blob.identity.size) == locked_sizes_.end();
}

std::optional<Proof> Wanted::proof_from(const ProofRecord& known) const {
  const WantedDigests wanted = digests();
  if (wanted.text || wanted.md5) return std::nullopt;
  if ((wanted.git_sha1 && !known.git_sha1) || (wanted.sha256 && !known.sha256)) {
    return std::nullopt;
  }
  Proof proof{.state = ProofState::read, .from_book = true, .size = known.identity.size};
  if (wanted.git_sha1) proof.git_sha1 = known.git_sha1;
  if (wanted.sha256) proof.sha256 = known.sha256;
  const bool is_told = names.empty() && claims.empty()
                           ? any_matches(proof, candidates)
                           : all_match(proof, names) && all_match(proof, claims);
  return is_told ? std::optional(std::move(proof)) : std::nullopt;
}

}  // namespace hubward
