#include "verifier/proof/file_reading.h"

#include "verifier/proof/weight_index.h"

#include <algorithm>
#include <system_error>

namespace hubward {
namespace {

// docs/performance.md: reads are flat from 16 KiB to 8 MiB; 256 KiB stays within L2.
constexpr std::size_t kBufferBytes = std::size_t{256} * 1024;
constexpr std::size_t kHeadBytes = 4096;

std::string_view as_text(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::string words_of(const Error& error) {
  return error.sys_errno != 0 ? std::generic_category().message(error.sys_errno) : error.what;
}

bool is_lfs_pointer(std::span<const std::byte> start, std::uint64_t size) {
  return error_page_kind(as_text(start.first(std::min(start.size(), kHeadBytes))), size) ==
         Damage::lfs_pointer;
}

std::string_view last_component(std::string_view path) { return path.substr(path.rfind('/') + 1); }

void call_unsteady(FileFacts& facts) {
  facts.state = ProofState::unsteady;
  facts.details().why = "it changed while it was read";
}

void fresh(std::optional<Hasher>& hasher, DigestAlgorithm algorithm, std::uint64_t size) {
  if (!hasher) hasher.emplace(algorithm);
  hasher->reset(size);
}

}  // namespace

FileReading::FileReading(const Disk& disk, const std::string& root, Observer& observer)
    : folders_(disk, root),
      observer_(observer),
      memory_(std::make_unique_for_overwrite<std::byte[]>(kBufferBytes)),
      buffer_(memory_.get(), kBufferBytes) {}

Result<std::shared_ptr<const Folder>> FileReading::folder_of(const ProofQuestion& question) {
  name_ = last_component(question.blob->path);
  return folders_.at(question.folder->places[question.blob->place]);
}

Result<std::unique_ptr<FileBytes>> FileReading::open(const ProofQuestion& question) {
  HUBWARD_TRY(const std::shared_ptr<const Folder> folder, folder_of(question));
  auto opened = folder->open_file(name_);
  if (opened || !lacks_descriptors(opened.error())) return opened;
  folders_.forget_all();
  return folder->open_file(name_);
}

std::uint64_t FileReading::size_by_name(const ProofQuestion& question) {
  if (question.blob->sized) return question.blob->identity.size;
  const auto folder = folder_of(question);
  if (!folder) return 0;
  const auto status = (*folder)->status(name_);
  return status ? status->identity.size : 0;
}

FileInHand FileReading::unopened(const ProofQuestion& question, const Error& error) {
  FileInHand file;
  file.facts.state = ProofState::unreadable;
  file.facts.details().why = words_of(error);
  file.facts.lacks_descriptors = lacks_descriptors(error);
  file.facts.size = size_by_name(question);
  return file;
}

FileInHand FileReading::begin(const ProofQuestion& question, Trust trust) {
  auto opened = open(question);
  if (!opened) return unopened(question, opened.error());
  FileInHand file;
  file.facts.state = ProofState::unreadable;
  file.bytes = std::move(*opened);
  const bool is_known = trust == Trust::last_look && question.blob->sized;
  file.facts.identity = is_known ? question.blob->identity : file.bytes->at_open();
  file.facts.size = file.facts.identity.size;
  return file;
}

FileInHand FileReading::begin_in(std::span<std::byte> room, const ProofQuestion& question) {
  const auto folder = folder_of(question);
  auto start = folder ? (*folder)->read_start(name_, room) : tl::unexpected(folder.error());
  if (!start) return unopened(question, start.error());
  return begun(room, std::move(*start), question);
}

bool FileReading::ask_start(FileStarts& starts, std::size_t place, std::span<std::byte> room,
                            const ProofQuestion& question) {
  auto folder = folder_of(question);
  if (folder) starts.ask(place, std::move(*folder), name_, room);
  return folder.has_value();
}

FileInHand FileReading::begun_in(std::span<std::byte> room, std::size_t bytes,
                                 const ProofQuestion& question) {
  // Of a long file the rest is wanted too, and what it is.
  if (bytes == 0 || bytes == room.size()) return begin_in(room, question);
  return begun(room, {.bytes = bytes, .file = nullptr}, question);
}

FileInHand FileReading::begun(std::span<std::byte> room, FileStart start,
                              const ProofQuestion& question) {
  FileInHand file{.bytes = std::move(start.file), .taken = start.bytes, .facts = {}};
  file.facts.size = file.taken;
  file.facts.state = ProofState::read;
  if (file.bytes != nullptr) {
    file.facts.identity = file.bytes->at_open();
    file.facts.size = file.facts.identity.size;
  } else if (question.blob->sized && question.blob->identity.size != file.taken) {
    call_unsteady(file.facts);
  }
  file.facts.is_lfs_pointer = is_lfs_pointer(room.first(file.taken), file.facts.size);
  return file;
}

std::optional<std::size_t> FileReading::read_on(FileInHand& file, std::span<std::byte> room,
                                                Wait wait) {
  room = room.first(std::min<std::uint64_t>(room.size(), file.to_come()));
  if (room.empty()) return 0;
  const Result<std::optional<std::size_t>> got = wait == Wait::yes
                                                     ? file.bytes->read_at(file.taken, room)
                                                     : file.bytes->read_ready_at(file.taken, room);
  if (!got) {
    file.bytes.reset();
    file.facts.state = ProofState::unreadable;
    file.facts.details().why = words_of(got.error());
    return 0;
  }
  if (!*got) return std::nullopt;
  if (file.taken == 0) {
    file.facts.is_lfs_pointer = is_lfs_pointer(room.first(**got), file.facts.size);
  }
  file.taken += **got;
  return *got;
}

FileFacts FileReading::end(FileInHand file) {
  if (file.bytes == nullptr) return std::move(file.facts);
  const auto after = file.bytes->identity();
  if (!after || *after != file.facts.identity || file.taken != file.facts.size) {
    call_unsteady(file.facts);
  } else {
    file.facts.state = ProofState::read;
  }
  return std::move(file.facts);
}

FileFacts FileReading::read(const ProofQuestion& question, Trust trust,
                            const WantedDigests& wanted) {
  FileInHand file = begin(question, trust);
  if (!question.blob->sized) note_size(file.facts.size);
  if (file.bytes != nullptr) stream(file, wanted);
  return end(std::move(file));
}

FileFacts FileReading::read_once(const ProofQuestion& question, const WantedDigests& wanted) {
  return read(question, Trust::last_look, wanted);
}

FileFacts FileReading::steadied(FileFacts first, const ProofQuestion& question,
                                const WantedDigests& wanted) {
  if (first.state == ProofState::read) return first;
  folders_.forget(question.folder->places[question.blob->place]);
  return read(question, Trust::at_open, wanted);
}

void FileReading::count(std::size_t bytes) {
  bytes_hashed_ += bytes;
  observer_.bytes_hashed(bytes);
}

void FileReading::stream(FileInHand& file, const WantedDigests& wanted) {
  FileFacts& facts = file.facts;
  std::optional<Md5Hasher> md5;
  if (wanted.md5) md5.emplace();
  if (wanted.git_sha1) fresh(git_sha1_, DigestAlgorithm::git_sha1, facts.size);
  if (wanted.sha256) fresh(sha256_, DigestAlgorithm::sha256, facts.size);
  std::string* text = nullptr;
  if (wanted.text && facts.size <= kMaxIndexBytes) text = &facts.details().text.emplace();
  const bool hashes = wanted.git_sha1 || wanted.sha256 || wanted.md5;
  if (!hashes && text == nullptr) {
    file.taken = facts.size;
    return;
  }
  // A file that grows is told by its identity afterwards.
  while (const std::size_t got = read_on(file, buffer_, Wait::yes).value_or(0)) {
    const std::span<const std::byte> bytes(buffer_.data(), got);
    if (wanted.git_sha1) git_sha1_->update(bytes);
    if (wanted.sha256) sha256_->update(bytes);
    if (md5) md5->update(bytes);
    if (text != nullptr) text->append(as_text(bytes));
    if (hashes) count(got);
  }
  if (file.bytes == nullptr) return;
  if (wanted.git_sha1) facts.git_sha1 = git_sha1_->finish();
  if (wanted.sha256) facts.sha256 = sha256_->finish();
  if (md5) facts.details().md5 = md5->finish_hex();
}

Result<DamageAnswer> FileReading::damage_of(const ProofQuestion& question,
                                            const DamageQuestion& asked) {
  HUBWARD_TRY(const std::unique_ptr<FileBytes> file, open(question));
  return classify_damage(*file, asked);
}

Result<std::optional<std::string>> FileReading::content_fault_of(const ProofQuestion& question,
                                                                 std::string_view repo_path) {
  HUBWARD_TRY(const std::unique_ptr<FileBytes> file, open(question));
  HUBWARD_TRY(const FileIdentity identity, file->identity());
  return content_fault(*file, identity.size, repo_path);
}

}  // namespace hubward
