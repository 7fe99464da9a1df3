// One worker's hands: opens a blob's file beneath its folder, streams it through the digests that
// are wanted, and tells when it changed on the way. Private to the room.
#pragma once

#include "verifier/cache/real_folders.h"
#include "verifier/proof/file_header.h"
#include "verifier/proof/hasher.h"
#include "verifier/proof/prover.h"
#include "verifier/proof/sha1_batch.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace hubward {

struct WantedDigests {
  bool git_sha1 = false;
  bool sha256 = false;
  bool md5 = false;
  bool text = false;  ///< keep the bytes, if they are no more than an index may have

  bool only_git_sha1() const { return git_sha1 && !sha256 && !md5 && !text; }
};

struct FileFacts {
  ProofState state = ProofState::unread;
  std::string why;
  std::uint64_t size = 0;
  FileIdentity identity;  ///< before and after the reading, of what was read
  std::optional<Digest> git_sha1;
  std::optional<Digest> sha256;
  std::string md5;
  bool is_lfs_pointer = false;
  std::optional<std::string> text;
};

/// Not shared between threads.
class FileReading {
 public:
  /// All borrowed for the FileReading's life.
  FileReading(const Disk& disk, const std::string& root, Observer& observer);

  FileFacts read_once(const ProofQuestion& question, const WantedDigests& wanted);
  /// For its git_sha1 alone: a content that fits goes into the batch, and comes back without one.
  FileFacts read_into(Sha1Batch& batch, const ProofQuestion& question);
  /// A second reading, if the first failed or saw the file change.
  FileFacts steadied(FileFacts first, const ProofQuestion& question, const WantedDigests& wanted);
  Result<DamageAnswer> damage_of(const ProofQuestion& question, const DamageQuestion& asked);
  Result<std::optional<std::string>> content_fault_of(const ProofQuestion& question,
                                                      std::string_view repo_path);

  /// The bytes that went through a digest since the last call.
  std::uint64_t take_bytes_hashed() { return std::exchange(bytes_hashed_, 0); }

 private:
  Result<std::unique_ptr<FileBytes>> open(const ProofQuestion& question);
  /// In bytes, of what could not be opened; 0 when that is not told either.
  std::uint64_t size_by_name(const ProofQuestion& question);
  /// @param before  what the file was when it was last looked at; nullptr: what it is when it is
  /// opened
  /// @param take_in  (file, size, facts) → Result of the number of bytes that it had
  template <class TakeIn>
  FileFacts read(const ProofQuestion& question, const FileIdentity* before, const TakeIn& take_in);
  void count(std::size_t bytes);
  Result<std::uint64_t> stream(const FileBytes& file, std::uint64_t size,
                               const WantedDigests& wanted, FileFacts& facts);

  RealFolders folders_;
  Observer& observer_;
  std::vector<std::byte> buffer_;
  std::string name_;  // of the file being opened; kept for its memory
  Hasher git_sha1_{DigestAlgorithm::git_sha1};
  Hasher sha256_{DigestAlgorithm::sha256};
  std::uint64_t bytes_hashed_ = 0;
};

}  // namespace hubward
