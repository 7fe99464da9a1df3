// What the bytes of a cache turned out to be: facts only, judged in checks/.
#pragma once

#include "verifier/cache/cache_model.h"
#include "verifier/proof/damage.h"
#include <hubward/digest.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
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
  std::optional<std::string> content_fault;  ///< asked only where no name or claim can tell
  std::optional<std::string> text;           ///< kept on request
};

struct Proof {
  ProofState state = ProofState::unread;
  bool from_book = false;  ///< taken on an earlier proof's word
  std::optional<Digest> git_sha1;
  std::optional<Digest> sha256;
  std::unique_ptr<ProofDetail> detail;  ///< nullptr when there is nothing to add

  /// nullopt when that algorithm was not asked for.
  const std::optional<Digest>& digest(DigestAlgorithm algorithm) const {
    return algorithm == DigestAlgorithm::git_sha1 ? git_sha1 : sha256;
  }
  bool matches(const Digest& claim) const { return digest(claim.algorithm()) == claim; }
};

/// Proofs by the blob they are about; hard links share one.
class Proofs {
 public:
  /// nullptr when that blob was not read. Borrowed.
  const Proof* of(const Blob& blob) const {
    const auto at = index_.find(&blob);
    return at == index_.end() ? nullptr : &proofs_[at->second];
  }

  std::uint64_t bytes_hashed = 0;
  std::uint64_t blobs_from_book = 0;

 private:
  friend class Prover;
  std::vector<Proof> proofs_;
  std::unordered_map<const Blob*, std::size_t> index_;  // keys outlive: the CacheModel
};

}  // namespace hubward
