// Reads bytes and says what they are: the one slow room, and the only one with threads.
//
// Each file is read once however many names lead to it, largest first, each worker taking the next
// one and writing its own slot, so there is no lock and no order in the output. A file that changes
// while it is read, or whose bytes do not fit its name, is read a second time before anything is
// said: accidents of reading are not damage on disk (restic learnt this the hard way, restic#4774).
#pragma once

#include "verifier/proof/proof.h"
#include "verifier/proof/proof_book.h"
#include <hubward/digest.h>
#include <hubward/verify.h>

#include <cstdint>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace hubward {

/// What is asked about one file's bytes.
struct ProofQuestion {
  const Blob* blob = nullptr;  ///< borrowed; outlives the proofs
  std::string real_folder;     ///< absolute, from RepoFolder::places
  std::vector<Digest> claims;  ///< by lock and listing
  std::optional<std::uint64_t> listed_size;
  std::string repo_path;           ///< of one pointer to it, for its ending; may be empty
  std::vector<Digest> candidates;  ///< a plain file: names of the repo's blobs of the same size
  bool keep_text = false;          ///< an index that the checks will read
};

struct ProveRequest {
  std::string root;  ///< the resolved cache root: what lies below it is opened relative to it
  bool texts_only = false;  ///< level size: nothing is hashed, only kept texts are read
  unsigned jobs = 0;        ///< 0: one per core
};

class Prover {
 public:
  /// All borrowed for the Prover's life; `book` may be nullptr.
  Prover(const Disk& disk, Observer& observer, ProofBook* book, ProveRequest request);

  /// Adds to what is known to be wanted of a blob. Questions about one inode are joined.
  void ask(ProofQuestion question);
  /// Reads. Once.
  Proofs prove();

 private:
  /// One inode's file, with all that anyone wants to know of it.
  struct Job {
    ProofQuestion question;
    std::vector<Digest> names;  // what its names in blobs/ say; hard links may have several
    bool asks_md5 = false;
    std::int64_t read_at = 0;
  };
  class Worker;
  void answer_from_book();
  std::vector<std::size_t> reading_order() const;

  const Disk& disk_;
  Observer& observer_;
  ProofBook* book_;
  ProveRequest request_;
  std::vector<Job> jobs_;
  struct InodeHash {
    std::size_t operator()(const std::pair<std::uint64_t, std::uint64_t>& inode) const {
      return static_cast<std::size_t>(inode.second);  // one file system has nearly all
    }
  };
  std::unordered_map<std::pair<std::uint64_t, std::uint64_t>, std::size_t, InodeHash> by_inode_;
  Proofs proofs_;
};

}  // namespace hubward
