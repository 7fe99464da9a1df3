// Reads bytes and says what they are: the one slow room, and the only one with threads.
//
// Each file is read once however many names lead to it, large ones first and by size, each worker
// taking the next one as it has a lane for it and writing its own slot, so there is no lock and no
// order in the output. A file that changes while it is read, or whose bytes do not fit its name, is
// read a second time before anything is said: accidents of reading are not damage on disk (restic
// learnt this the hard way, restic#4774).
#pragma once

#include "verifier/cache/inode_table.h"
#include "verifier/proof/proof.h"
#include "verifier/proof/proof_book.h"
#include "verifier/proof/tree_listing.h"
#include <hubward/verify.h>

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace hubward {

/// What is asked about one file's bytes. Small, for there is one for each of millions of pointers:
/// all is borrowed and outlives the proofs.
struct ProofQuestion {
  const Blob* blob = nullptr;
  const RepoFolder* folder = nullptr;  ///< that holds the blob
  std::string_view repo_path;          ///< of one pointer to it, for its ending; may be empty
  const ListedFile* listed = nullptr;  ///< what lock or listing claim; nullptr: nothing
  /// A plain file that nothing lists: it may be one of the repo's blobs of the same size.
  bool may_be_a_blob = false;
  bool keep_text = false;  ///< an index that the checks will read
  bool sha256 = false;     ///< told whatever names and claims ask for
};

struct ProveRequest {
  std::string root;       ///< the resolved cache root: what lies below it is opened relative to it
  std::size_t blobs = 0;  ///< of the whole cache model: Blob::serial stays below it
  bool texts_only = false;  ///< level size: nothing is hashed, only kept texts are read
  unsigned jobs = 0;        ///< 0: one per core
  std::optional<Shard> shard = {};
};

class Wanted;  // wanted.h

class Prover {
 public:
  /// All borrowed for the Prover's life; `book` may be nullptr.
  Prover(const Disk& disk, Observer& observer, ProofBook* book, ProveRequest request);

  /// Adds to what is known to be wanted of a blob. Questions about one inode are joined.
  void ask(const ProofQuestion& question);
  /// Reads. Once.
  Proofs prove();

 private:
  static constexpr std::uint32_t kNoMore = std::numeric_limits<std::uint32_t>::max();
  /// A question, and the next one about the same inode.
  struct Asked {
    ProofQuestion question;
    std::uint32_t more = kNoMore;  // into further_
    std::uint32_t last = kNoMore;  // of a job: the end of that chain
  };
  class Worker;
  void gather(const Asked& job, Wanted& wanted) const;
  /// When a file was read, and what it was then.
  struct Reading {
    FileIdentity identity;
    std::int64_t read_at = 0;  // by the book's clock
  };
  /// What of a job is a shard's to do.
  enum class Duty : std::uint8_t { none, text, own };
  void take_share(const Shard& shard);
  Duty duty_of(std::size_t job) const { return duties_.empty() ? Duty::own : duties_[job]; }
  void answer_from_book();
  /// @param asked  scratch, for its memory
  void answer_from_book(std::size_t job, Wanted& asked);
  /// Of those that are not answered.
  std::vector<std::uint32_t> jobs_to_do(Duty duty) const;
  /// @return the bytes that went through a digest
  std::uint64_t read(Duty duty);
  void remember(const std::vector<std::uint32_t>& read);

  const Disk& disk_;
  Observer& observer_;
  ProofBook* book_;
  ProveRequest request_;
  std::vector<Asked> jobs_;     // by inode
  std::vector<Asked> further_;  // questions about an inode that has a job
  std::vector<Duty> duties_;    // of each job; empty where there are no shards
  InodeTable by_inode_;
  std::vector<Reading> readings_;  // of each job; empty without a book
  Proofs proofs_;
};

}  // namespace hubward
