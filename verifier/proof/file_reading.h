// One worker's hands: opens a blob's file beneath its folder, streams it through the digests that
// are wanted, and tells when it changed on the way. Private to the room.
#pragma once

#include "verifier/cache/real_folders.h"
#include "verifier/proof/file_header.h"
#include "verifier/proof/hasher.h"
#include "verifier/proof/prover.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace hubward {

struct WantedDigests {
  bool git_sha1 = false;
  bool sha256 = false;
  bool md5 = false;
  bool text = false;  ///< keep the bytes, if they are no more than an index may have

  /// That one digest is all, and which.
  std::optional<DigestAlgorithm> one_alone() const {
    if (md5 || text || git_sha1 == sha256) return std::nullopt;
    return git_sha1 ? DigestAlgorithm::git_sha1 : DigestAlgorithm::sha256;
  }
};

/// The rarer ones: facts change hands several times for each of many thousands of small files.
struct FileFactsDetail {
  std::string why;
  std::string md5;
  std::optional<std::string> text;
};

struct FileFacts {
  ProofState state = ProofState::unread;
  bool is_lfs_pointer = false;
  bool lacks_descriptors = false;  ///< which is why it could not be opened
  std::uint64_t size = 0;
  FileIdentity identity;  ///< before the reading; of what was read, also after it; not of begin_in
  std::optional<Digest> git_sha1;
  std::optional<Digest> sha256;
  std::unique_ptr<FileFactsDetail> detail;  ///< nullptr when there is nothing to add

  FileFactsDetail& details() {
    if (!detail) detail = std::make_unique<FileFactsDetail>();
    return *detail;
  }
};

/// Whether a disk is waited for.
enum class Wait : std::uint8_t { no, yes };

/// A file that is being read, a piece at a time.
struct FileInHand {
  std::unique_ptr<FileBytes> bytes;  ///< nullptr once there is nothing to read: `facts` say why
  std::uint64_t taken = 0;           ///< bytes of it
  FileFacts facts;                   ///< the state is told by FileReading::end

  std::uint64_t to_come() const { return bytes == nullptr ? 0 : facts.size - taken; }
};

/// Not shared between threads.
class FileReading {
 public:
  /// All borrowed for the FileReading's life.
  FileReading(const Disk& disk, const std::string& root, Observer& observer);

  FileFacts read_once(const ProofQuestion& question, const WantedDigests& wanted);
  /// A second reading, if the first failed or saw the file change.
  FileFacts steadied(FileFacts first, const ProofQuestion& question, const WantedDigests& wanted);

  /// The same in steps, for whoever reads several files at once.
  FileInHand begin(const ProofQuestion& question) { return begin(question, Trust::last_look); }
  /// The same with its first bytes, `taken` of them, in `room`. One that ends there has been read
  /// and is not looked at any more: for a file whose bytes prove themselves.
  FileInHand begin_in(std::span<std::byte> room, const ProofQuestion& question);
  /// The same after a FileStarts has read `bytes` of it into `room`.
  /// @param bytes  0: it could not
  FileInHand begun_in(std::span<std::byte> room, std::size_t bytes, const ProofQuestion& question);
  /// Asks for that. False where its folder cannot be opened.
  bool ask_start(FileStarts& starts, std::size_t place, std::span<std::byte> room,
                 const ProofQuestion& question);
  /// Its next bytes, as many as fit; 0 when there are none, or none that can be read. nullopt where
  /// a disk would have to be waited for, and is not.
  std::optional<std::size_t> read_on(FileInHand& file, std::span<std::byte> room, Wait wait);
  FileFacts end(FileInHand file);

  Result<DamageAnswer> damage_of(const ProofQuestion& question, const DamageQuestion& asked);
  Result<std::optional<std::string>> content_fault_of(const ProofQuestion& question,
                                                      std::string_view repo_path);

  /// A size that nobody knew is known. Who reads in steps says so itself: a file may be begun
  /// twice.
  void note_size(std::uint64_t bytes) { observer_.more_to_hash(bytes); }
  /// So many bytes went through a digest.
  void count(std::size_t bytes);
  /// All that did.
  std::uint64_t bytes_hashed() const { return bytes_hashed_; }

 private:
  /// The folder of its file, whose name is then name_.
  Result<std::shared_ptr<const Folder>> folder_of(const ProofQuestion& question);
  Result<std::unique_ptr<FileBytes>> open(const ProofQuestion& question);
  FileInHand begun(std::span<std::byte> room, FileStart start, const ProofQuestion& question);
  FileInHand unopened(const ProofQuestion& question, const Error& error);
  /// In bytes, of what could not be opened; 0 when that is not told either.
  std::uint64_t size_by_name(const ProofQuestion& question);
  /// What the file is held to be: what it was when it was last looked at, or when it is opened.
  enum class Trust { last_look, at_open };
  FileInHand begin(const ProofQuestion& question, Trust trust);
  FileFacts read(const ProofQuestion& question, Trust trust, const WantedDigests& wanted);
  void stream(FileInHand& file, const WantedDigests& wanted);

  RealFolders folders_;
  Observer& observer_;
  std::unique_ptr<std::byte[]> memory_;  // of buffer_; a worker of short files never touches it
  std::span<std::byte> buffer_;
  std::string name_;  // of the file being opened; kept for its memory
  // Made when they are first needed: what libcrypto asks of itself for them takes a millisecond.
  std::optional<Hasher> git_sha1_;
  std::optional<Hasher> sha256_;
  std::uint64_t bytes_hashed_ = 0;
};

}  // namespace hubward
