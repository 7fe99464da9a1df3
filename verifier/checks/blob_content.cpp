// What the bytes behind the judged pointers are, against the blob's name and what lock or listing
// say. The first that applies: unreadable, unsteady, blob-corrupt, oid-mismatch, size-mismatch,
// content-malformed, blob-misnamed, unverifiable. Damage of a blob is said once, at the blob, with
// its pointers in `affects`; a sound blob of other content is said at the path that should have had
// the listed one.
#include "verifier/asked/profile.h"
#include "verifier/checks/check.h"

#include <fmt/core.h>

#include <algorithm>

namespace hubward {
namespace {

/// A judged pointer with its bytes, looked at together.
struct Bytes {
  const RepoCase& repo;
  const JudgedPointer& judged;
  const Blob& blob;
  bool is_orphan = false;  // then no pointer leads to the blob, and `judged` is empty

  /// Of the pointer. Built where there is something to say, which is hardly ever.
  std::string path() const {
    return is_orphan ? std::string(blob.path) : repo.path_of(*judged.pointer);
  }

  const ListedFile* listed() const { return judged.listed; }
  std::optional<Digest> name() const { return Digest::from_hex(blob.name); }
};

/// At the blob, with the pointer in `affects` where there is one.
void add_at_blob(const Bytes& bytes, Finding finding, Findings& out) {
  if (bytes.path() == bytes.blob.path) {
    out.add(bytes.repo, std::move(finding));
  } else {
    out.add_behind(bytes.repo, std::move(finding), bytes.path());
  }
}

std::optional<std::string> told(const Proof& proof, DigestAlgorithm algorithm) {
  const auto& digest = proof.digest(algorithm);
  return digest ? std::optional(digest->tagged()) : std::nullopt;
}

Finding corrupt_blob(const Bytes& bytes, const Proof& proof, const Digest& name) {
  Finding finding = make_finding(FindingCode::blob_corrupt, bytes.blob.path);
  finding.expected = name.tagged();
  finding.actual = told(proof, name.algorithm());
  finding.damage = Damage::other;
  if (proof.detail && proof.detail->damage) {
    finding.damage = proof.detail->damage->damage;
    finding.detail = proof.detail->damage->detail;
  }
  return finding;
}

/// Whether lock or listing vouch for these bytes, in all that they say of them.
bool is_vouched(const Bytes& bytes, const Proof& proof) {
  const ListedFile* listed = bytes.listed();
  return listed != nullptr && proof.matches(listed->oid) &&
         (!listed->sha256 || proof.matches(*listed->sha256)) && listed->size == proof.size;
}

Finding other_content(const Bytes& bytes, const Proof& proof) {
  const ListedFile& listed = *bytes.listed();
  const Digest& claim = proof.matches(listed.oid) && listed.sha256 ? *listed.sha256 : listed.oid;
  Finding finding = make_finding(FindingCode::oid_mismatch, bytes.path());
  finding.expected = claim.tagged();
  finding.actual = told(proof, claim.algorithm());
  if (listed.size != proof.size) {
    finding.detail = fmt::format("listed with {} bytes, found {}", listed.size, proof.size);
  }
  return finding;
}

bool is_named_by_xet(const Bytes& bytes) {
  const TreeListing* listing = bytes.repo.listing;
  return listing != nullptr && bytes.blob.name.size() == 64 &&
         std::any_of(listing->files.begin(), listing->files.end(),
                     [&](const ListedFile& file) { return file.xet_hash == bytes.blob.name; });
}

Finding misnamed(const Bytes& bytes, std::string why) {
  Finding finding = make_finding(FindingCode::blob_misnamed, bytes.blob.path);
  finding.detail = std::move(why);
  return finding;
}

/// The name is no digest of these bytes and not explained, and nothing vouches for them at this
/// path.
std::optional<Finding> judge_wrong_name(const Bytes& bytes, const Proof& proof,
                                        const Digest& name) {
  if (proof.detail && proof.detail->damage) return corrupt_blob(bytes, proof, name);
  // The listing vouches for them at another path: sound bytes under a foreign name.
  if (bytes.listed() != nullptr) return other_content(bytes, proof);
  return std::nullopt;
}

/// A plain file may be held against a blob of the repo with the same bytes.
bool is_a_blob_of_repo(const Bytes& bytes, const Proof& proof) {
  const auto& blobs = bytes.repo.folder->blobs;
  return std::any_of(blobs.begin(), blobs.end(), [&](const Blob& blob) {
    if (blob.identity.size != bytes.blob.identity.size) return false;
    const auto name = Digest::from_hex(blob.name);
    return name && proof.matches(*name);
  });
}

Finding malformed(const Bytes& bytes, const std::string& why) {
  Finding finding = make_finding(FindingCode::content_malformed, bytes.blob.path);
  finding.detail = why;
  return finding;
}

/// An index beyond its bounds is a hostile name at its path, said there (required_files), and its
/// blob is nothing else beside. For a name that can't tell: bytes that contradict theirs are not
/// read as an index.
bool is_said_as_hostile(const Bytes& bytes, const Proof& proof) {
  if (!proof.detail || !proof.detail->content_fault) return false;
  if (bytes.is_orphan || !weight_index_kind(bytes.judged.pointer->path)) return false;
  const auto& text = proof.detail->text;
  return beyond_index_bounds(proof.size, text ? *text : std::string_view()).has_value();
}

/// A name that is no digest of these bytes, but not by accident; nullopt: nothing explains it. It
/// says nothing of what the bytes should be, so they are judged by themselves first.
std::optional<Finding> judge_explained_name(const Bytes& bytes, const Proof& proof, bool vouched) {
  std::string why;
  if (is_named_by_xet(bytes)) {
    why = "the name is the listing's xet_hash";
  } else if (proof.detail && proof.detail->named_by_lfs_pointer) {
    why = "the name is the git id of this content's LFS pointer";
  } else {
    return std::nullopt;
  }
  if (!vouched && proof.detail && proof.detail->content_fault) {
    return malformed(bytes, *proof.detail->content_fault);
  }
  return misnamed(bytes, std::move(why));
}

/// No name and no claim can tell what the bytes should be.
std::optional<Finding> judge_unnamed(const Bytes& bytes, const Proof& proof) {
  if (bytes.judged.pointer->plain && is_a_blob_of_repo(bytes, proof)) return std::nullopt;
  if (is_said_as_hostile(bytes, proof)) return std::nullopt;
  if (proof.detail && proof.detail->content_fault) {
    return malformed(bytes, *proof.detail->content_fault);
  }
  if (proof.detail && !proof.detail->md5.empty() && proof.detail->md5 == bytes.blob.name) {
    return misnamed(bytes, "the name is the MD5 of the content");
  }
  return make_finding(FindingCode::unverifiable, bytes.blob.path);
}

std::optional<Finding> judge_read(const Bytes& bytes, const Proof& proof) {
  // As nearly all are: nobody says more of it than its name.
  if (proof.is_its_name && bytes.listed() == nullptr && !proof.detail) return std::nullopt;
  const auto name = bytes.name();
  const ListedFile* listed = bytes.listed();
  const bool fits_name = name && proof.matches(*name);
  const bool vouched = is_vouched(bytes, proof);
  if (name && !fits_name && (vouched || listed == nullptr)) {
    if (auto explained = judge_explained_name(bytes, proof, vouched)) return explained;
  }
  // Whoever lists it so: a commit may hold a pointer's text as a plain git file.
  const bool stands_for_weights = proof.detail && proof.detail->is_lfs_pointer &&
                                  !bytes.is_orphan &&
                                  looks_like_weights(bytes.judged.pointer->path);
  if (stands_for_weights && (vouched || (fits_name && listed == nullptr))) {
    return malformed(bytes, "it holds the text of an LFS pointer where weights belong");
  }
  if (vouched) return std::nullopt;
  if (name && !fits_name) return judge_wrong_name(bytes, proof, *name);
  if (listed != nullptr) return other_content(bytes, proof);
  return fits_name ? std::nullopt : judge_unnamed(bytes, proof);
}

void judge_proof(const Bytes& bytes, const Proof& proof, Findings& out) {
  if (proof.is_anothers) return;
  switch (proof.state) {
    case ProofState::unread: return;
    case ProofState::unreadable:
    case ProofState::unsteady: {
      Finding finding = make_finding(
          proof.state == ProofState::unreadable ? FindingCode::unreadable : FindingCode::unsteady,
          bytes.blob.path);
      if (proof.detail) finding.detail = proof.detail->why;
      add_at_blob(bytes, std::move(finding), out);
      return;
    }
    case ProofState::read: break;
  }
  auto finding = judge_read(bytes, proof);
  if (!finding) return;
  if (finding->path == bytes.blob.path) {
    add_at_blob(bytes, std::move(*finding), out);
  } else {
    out.add(bytes.repo, std::move(*finding));
  }
}

void judge_size(const Bytes& bytes, Findings& out) {
  const ListedFile* listed = bytes.listed();
  if (listed == nullptr || listed->size == bytes.blob.identity.size) return;
  Finding finding = make_finding(FindingCode::size_mismatch, bytes.path());
  finding.expected = std::to_string(listed->size);
  finding.actual = std::to_string(bytes.blob.identity.size);
  out.add(bytes.repo, std::move(finding));
}

void judge_orphans(const RepoCase& repo, const Judgement& judgement, Findings& out) {
  const Pointer none;
  for (const Blob* blob : repo.orphans) {
    const JudgedPointer judged{&none, nullptr};
    const Proof* proof = judgement.proofs.of(*blob);
    if (proof != nullptr) judge_proof({repo, judged, *blob, true}, *proof, out);
  }
}

}  // namespace

void blob_content(const RepoCase& repo, const Judgement& judgement, Findings& out) {
  if (judgement.level == Level::layout) return;
  if (judgement.level == Level::content) judge_orphans(repo, judgement, out);
  if (repo.snapshot == nullptr) return;
  for (const JudgedPointer& judged : repo.judged) {
    if (judged.pointer->state != PathState::sound) continue;
    const Blob* blob = repo.folder->bytes_of(*judged.pointer);
    if (blob == nullptr || blob->state != PathState::sound) continue;
    const Bytes bytes{repo, judged, *blob};
    if (judgement.level == Level::size) {
      judge_size(bytes, out);
    } else if (const Proof* proof = judgement.proofs.of(*blob)) {
      judge_proof(bytes, *proof, out);
    }
  }
}

}  // namespace hubward
