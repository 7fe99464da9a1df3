// All that anyone wants to know of one inode's file, and whether what is remembered of it says as
// much as reading it would. Private to the room.
#pragma once

#include "verifier/proof/file_reading.h"
#include "verifier/proof/proof.h"
#include "verifier/proof/proof_book.h"
#include "verifier/proof/prover.h"

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace hubward {

class Wanted {
 public:
  std::vector<Digest> names;       // what its names in blobs/ say; hard links may have several
  std::vector<Digest> claims;      // by lock and listing
  std::vector<Digest> candidates;  // a plain file: names of the repo's blobs of the same size
  std::optional<std::uint64_t> listed_size;
  std::string_view repo_path;
  bool keep_text = false;

  void add(const ProofQuestion& question);
  /// Keeps the memory.
  void clear();

  WantedDigests digests() const;
  /// Each of its names is the same digest of that kind.
  bool is_named_by(DigestAlgorithm algorithm) const {
    return names.size() == 1 && names.front().algorithm() == algorithm;
  }
  /// And not about several that are hard links to one file.
  bool is_about_one_blob() const { return is_about_one_blob_; }
  /// A lock names these bytes and their size, no name claims that they are others, and the size is
  /// another: no hash could mend that.
  bool is_decided_by(const Blob& blob) const;
  /// What a reading would give, when the digests that are remembered are all that it would add:
  /// every name and claim, or one blob of the same bytes, fits. nullopt: it has to be read.
  std::optional<Proof> proof_from(const ProofRecord& known) const;

 private:
  void add_name(const Blob& blob);
  void add_candidates(const RepoFolder& folder, std::uint64_t size);

  std::vector<std::uint64_t> locked_sizes_;
  bool is_all_locked_ = true;   // by whoever asks
  const Blob* blob_ = nullptr;  // of the first question
  bool is_about_one_blob_ = true;
  bool asks_md5_ = false;
  bool asks_sha256_ = false;
};

bool any_matches(const Proof& proof, const std::vector<Digest>& claims);

}  // namespace hubward
