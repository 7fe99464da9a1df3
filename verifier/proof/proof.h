// What the bytes of a cache turned out to be: facts only, judged in checks/.
#pragma once

#include "verifier/cache/cache_model.h"
#include "verifier/proof/damage.h"
#include <hubward/digest.h>

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace hubward {

enum class ProofState : std::uint8_t { unread, read, unreadable, unsteady };

/// The rarer facts about a file's bytes.
struct ProofDetail {
  std::string why;                     ///< of unreadable and unsteady; safe for eyes
  std::string md5;                     ///< when the file's name might be one
  bool is_lfs_pointer = false;         ///< the bytes are the text of an LFS pointer
  bool named_by_lfs_pointer = false;   ///< the name is the git id of the LFS pointer of these bytes
  std::optional<DamageAnswer> damage;  ///< when no name and no claim fits the bytes
  std::optional<std::string> content_fault;  ///< asked where no name or claim fits
  std::optional<std::string> text;           ///< kept on request
};

struct Proof {
  ProofState state = ProofState::unread;
  bool from_book = false;    ///< taken on an earlier proof's word
  bool is_anothers = false;  ///< read for its text; its bytes are another shard's to judge
  bool is_its_name = false;  ///< of one blob, whose name is the digest of what was read
  std::uint64_t size = 0;    ///< bytes: of what was read, or could not be
  std::optional<Digest> git_sha1;
  std::optional<Digest> sha256;
  std::unique_ptr<ProofDetail> detail;  ///< nullptr when there is nothing to add

  /// nullopt when that algorithm was not asked for.
  const std::optional<Digest>& digest(DigestAlgorithm algorithm) const {
    return algorithm == DigestAlgorithm::git_sha1 ? git_sha1 : sha256;
  }
  bool matches(const Digest& claim) const { return digest(claim.algorithm()) == claim; }
};

/// What of all that is hashed fell to one shard.
struct ProofShare {
  std::uint64_t blobs = 0;
  std::uint64_t bytes = 0;
  Digest units;  ///< of the names and sizes of all shards' files
};

/// Proofs by the blob they are about; hard links share one.
class Proofs {
 public:
  /// nullptr when that blob was not read. Borrowed.
  const Proof* of(const Blob& blob) const {
    const std::uint32_t at = blob.serial < index_.size() ? index_[blob.serial] : kNone;
    return at == kNone ? nullptr : &proofs_[at];
  }

  /// In bytes; 0 when neither a stat nor a reading has told it.
  std::uint64_t size_of(const Blob& blob) const {
    if (blob.sized) return blob.identity.size;
    const Proof* proof = of(blob);
    return proof == nullptr ? 0 : proof->size;
  }

  std::uint64_t bytes_hashed = 0;
  std::uint64_t blobs_from_book = 0;
  bool lacked_descriptors = false;  ///< so that some could not be read: nothing can be said of them
  std::optional<ProofShare> share;  ///< of a shard alone

 private:
  friend class Prover;
  static constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();
  std::vector<Proof> proofs_;
  std::vector<std::uint32_t> index_;  // into proofs_, by Blob::serial
};

}  // namespace hubward
