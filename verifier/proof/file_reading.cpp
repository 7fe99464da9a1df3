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

/// What it was when its size was taken, if it was.
const FileIdentity* last_seen(const ProofQuestion& question) {
  return question.blob->sized ? &question.blob->identity : nullptr;
}

/// As much of `into` as the file has.
Result<std::size_t> read_whole(const FileBytes& file, std::span<std::byte> into) {
  std::size_t offset = 0;
  while (offset < into.size()) {
    HUBWARD_TRY(const std::size_t got, file.read_at(offset, into.subspan(offset)));
    if (got == 0) break;
    offset += got;
  }
  return offset;
}

std::string_view last_component(std::string_view path) { return path.substr(path.rfind('/') + 1); }

}  // namespace

FileReading::FileReading(const Disk& disk, const std::string& root, Observer& observer)
    : folders_(disk, root), observer_(observer), buffer_(kBufferBytes) {}

Result<std::unique_ptr<FileBytes>> FileReading::open(const ProofQuestion& question) {
  HUBWARD_TRY(const Folder* folder, folders_.at(question.folder->places[question.blob->place]));
  name_ = last_component(question.blob->path);
  return folder->open_file(name_);
}

std::uint64_t FileReading::size_by_name(const ProofQuestion& question) {
  if (question.blob->sized) return question.blob->identity.size;
  const auto folder = folders_.at(question.folder->places[question.blob->place]);
  if (!folder) return 0;
  const auto status = (*folder)->status(name_);
  return status ? status->identity.size : 0;
}

template <class TakeIn>
FileFacts FileReading::read(const ProofQuestion& question, const FileIdentity* before,
                            const TakeIn& take_in) {
  FileFacts facts;
  facts.state = ProofState::unreadable;
  const auto file = open(question);
  if (!file) {
    facts.why = words_of(file.error());
    facts.size = size_by_name(question);
    return facts;
  }
  const FileIdentity now = before != nullptr ? *before : (*file)->at_open();
  facts.size = now.size;
  if (!question.blob->sized) observer_.more_to_hash(now.size);
  const auto taken = take_in(**file, now.size, facts);
  if (!taken) {
    facts.why = words_of(taken.error());
    return facts;
  }
  const auto after = (*file)->identity();
  if (!after || *after != now || *taken != now.size) {
    facts.state = ProofState::unsteady;
    facts.why = "it changed while it was read";
    return facts;
  }
  facts.state = ProofState::read;
  facts.identity = now;
  return facts;
}

FileFacts FileReading::read_once(const ProofQuestion& question, const WantedDigests& wanted) {
  return read(question, last_seen(question),
              [&](const FileBytes& file, std::uint64_t size, FileFacts& facts) {
                return stream(file, size, wanted, facts);
              });
}

FileFacts FileReading::read_into(Sha1Batch& batch, const ProofQuestion& question) {
  std::size_t taken = 0;
  FileFacts facts = read(
      question, last_seen(question),
      [&](const FileBytes& file, std::uint64_t size, FileFacts& told) -> Result<std::uint64_t> {
        if (size > Sha1Batch::kMostBytes) return stream(file, size, {.git_sha1 = true}, told);
        HUBWARD_TRY(taken, read_whole(file, batch.place().first(size)));
        told.is_lfs_pointer = is_lfs_pointer(batch.place().first(taken), size);
        count(taken);
        return taken;
      });
  if (facts.state == ProofState::read && !facts.git_sha1) batch.add(taken);
  return facts;
}

FileFacts FileReading::steadied(FileFacts first, const ProofQuestion& question,
                                const WantedDigests& wanted) {
  if (first.state == ProofState::read) return first;
  folders_.forget(question.folder->places[question.blob->place]);
  return read(question, nullptr, [&](const FileBytes& file, std::uint64_t size, FileFacts& facts) {
    return stream(file, size, wanted, facts);
  });
}

void FileReading::count(std::size_t bytes) {
  bytes_hashed_ += bytes;
  observer_.bytes_hashed(bytes);
}

Result<std::uint64_t> FileReading::stream(const FileBytes& file, std::uint64_t size,
                                          const WantedDigests& wanted, FileFacts& facts) {
  std::optional<Md5Hasher> md5;
  if (wanted.md5) md5.emplace();
  if (wanted.git_sha1) git_sha1_.reset(size);
  if (wanted.sha256) sha256_.reset(size);
  if (wanted.text && size <= kMaxIndexBytes) facts.text.emplace();
  const bool hashes = wanted.git_sha1 || wanted.sha256 || wanted.md5;
  if (!hashes && !facts.text) return size;

  std::uint64_t offset = 0;
  while (offset < size) {  // a file that grows is told by its identity afterwards
    const std::size_t wanted_bytes = std::min<std::uint64_t>(buffer_.size(), size - offset);
    HUBWARD_TRY(const std::size_t got,
                file.read_at(offset, std::span(buffer_).first(wanted_bytes)));
    if (got == 0) break;
    const std::span<const std::byte> bytes(buffer_.data(), got);
    if (offset == 0) facts.is_lfs_pointer = is_lfs_pointer(bytes, size);
    if (wanted.git_sha1) git_sha1_.update(bytes);
    if (wanted.sha256) sha256_.update(bytes);
    if (md5) md5->update(bytes);
    if (facts.text) facts.text->append(as_text(bytes));
    offset += got;
    if (hashes) count(got);
  }
  if (wanted.git_sha1) facts.git_sha1 = git_sha1_.finish();
  if (wanted.sha256) facts.sha256 = sha256_.finish();
  if (md5) facts.md5 = md5->finish_hex();
  return offset;
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
