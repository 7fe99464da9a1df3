#include "runner/mend/partial_file.h"

#include "verifier/text/show.h"

#include <fmt/core.h>

#include <dirent.h>
#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <utility>
#include <vector>

namespace hubward {
namespace {

constexpr std::string_view kEnding = ".incomplete";
constexpr std::size_t kChunk = std::size_t{1} << 20U;
constexpr mode_t kMode = 0666;  // less the umask, as every client has it

bool is_hex(char letter) {
  return (letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'f');
}

/// "" where the name is not that of a partial file.
std::string_view stem_of(std::string_view name) {
  constexpr std::size_t kTail = 9;  // ".<8 hex>"
  if (!name.ends_with(kEnding)) return "";
  name.remove_suffix(kEnding.size());
  if (name.size() <= kTail || name[name.size() - kTail] != '.') return "";
  if (!std::ranges::all_of(name.substr(name.size() - kTail + 1), is_hex)) return "";
  return name.substr(0, name.size() - kTail);
}

std::string shown_in(std::string_view place, const std::string& name) {
  return show(std::string(place) + "/" + name);
}

struct CloseFolder {
  void operator()(DIR* folder) const { ::closedir(folder); }
};

std::vector<std::string> partials(int blobs) {
  std::vector<std::string> names;
  const int again = ::openat(blobs, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (again < 0) return names;
  const std::unique_ptr<DIR, CloseFolder> folder(::fdopendir(again));
  if (!folder) {
    ::close(again);
    return names;
  }
  while (const dirent* entry =
             ::readdir(folder.get())) {  // NOLINT(concurrency-mt-unsafe): a folder of its own
    if (!stem_of(entry->d_name).empty()) names.emplace_back(entry->d_name);
  }
  std::ranges::sort(names);
  return names;
}

}  // namespace

std::string partial_name(std::string_view stem) {
  std::uint32_t number = 0;
  // Without entropy yet, as in a machine's first second: then a taken name is simply tried again.
  if (::getrandom(&number, sizeof number, GRND_NONBLOCK) != sizeof number) {
    number = static_cast<std::uint32_t>(::getpid());
  }
  return fmt::format("{}.{:08x}{}", stem, number, kEnding);
}

std::vector<std::string> partial_stems(int blobs) {
  std::vector<std::string> stems;
  for (const std::string& name : partials(blobs)) stems.emplace_back(stem_of(name));
  std::ranges::sort(stems);
  stems.erase(std::unique(stems.begin(), stems.end()), stems.end());
  return stems;
}

Result<PartialFile> PartialFile::create(int blobs, std::string_view stem, std::string_view place) {
  std::string name = partial_name(stem);
  UniqueFd file(::openat(blobs, name.c_str(),
                         O_RDWR | O_CREAT | O_EXCL | O_APPEND | O_NOFOLLOW | O_CLOEXEC, kMode));
  if (!file.is_open()) {
    const int error = errno;
    return fail(ErrorKind::io, shown_in(place, name), "cannot create file", error);
  }
  return PartialFile(blobs, std::move(name), place, std::move(file));
}

std::optional<PartialFile> PartialFile::take_over(int blobs, std::string_view stem,
                                                  std::uint64_t most, std::string_view place) {
  for (const std::string& left : partials(blobs)) {
    if (stem_of(left) != stem) continue;
    UniqueFd file(
        ::openat(blobs, left.c_str(), O_RDWR | O_APPEND | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    struct stat status = {};
    if (!file.is_open() || ::fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode)) continue;
    const auto size = static_cast<std::uint64_t>(status.st_size);
    if (size > most || status.st_nlink != 1) continue;
    std::string name = partial_name(stem);
    if (::renameat(blobs, left.c_str(), blobs, name.c_str()) != 0) continue;
    PartialFile taken(blobs, std::move(name), place, std::move(file));
    taken.size_ = size;
    return taken;
  }
  return std::nullopt;
}

PartialFile::PartialFile(PartialFile&& other) noexcept
    : blobs_(other.blobs_),
      name_(std::exchange(other.name_, "")),
      place_(std::move(other.place_)),
      file_(std::move(other.file_)),
      size_(other.size_) {}

PartialFile::~PartialFile() {
  if (!name_.empty() && size_ == 0) remove();
}

tl::unexpected<Error> PartialFile::failed(std::string_view what, int error) const {
  return fail(ErrorKind::io, shown_in(place_, name_), std::string(what), error);
}

Result<void> PartialFile::append(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t wrote = ::write(file_.get(), bytes.data(), bytes.size());
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) return failed("cannot write", wrote < 0 ? errno : ENOSPC);
    size_ += static_cast<std::uint64_t>(wrote);
    bytes = bytes.subspan(static_cast<std::size_t>(wrote));
  }
  return {};
}

Result<void> PartialFile::restart() {
  if (::ftruncate(file_.get(), 0) != 0) return failed("cannot truncate", errno);
  size_ = 0;
  return {};
}

Result<void> PartialFile::read(const std::function<void(std::span<const std::byte>)>& take) const {
  std::vector<std::byte> buffer(kChunk);
  std::uint64_t at = 0;
  while (at < size_) {
    const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(kChunk, size_ - at));
    const ssize_t got = ::pread(file_.get(), buffer.data(), wanted, static_cast<off_t>(at));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return failed("cannot read", got < 0 ? errno : EIO);
    take(std::span(buffer).first(static_cast<std::size_t>(got)));
    at += static_cast<std::uint64_t>(got);
  }
  return {};
}

Result<void> PartialFile::copy_to(PartialFile& other) const {
  Result<void> written;
  HUBWARD_TRY_VOID(read([&](std::span<const std::byte> bytes) {
    if (written) written = other.append(bytes);
  }));
  return written;
}

void PartialFile::begin_sync() const {
  // Where it is not to be had, the sync itself takes longer, and nothing else is lost.
  ::sync_file_range(file_.get(), 0, 0, SYNC_FILE_RANGE_WRITE);
}

Result<void> PartialFile::publish(int folder, const std::string& name) {
  if (::fsync(file_.get()) != 0) return failed("cannot sync", errno);
  if (::renameat(blobs_, name_.c_str(), folder, name.c_str()) != 0) {
    return failed("cannot rename to " + show(name), errno);
  }
  name_.clear();
  return {};
}

std::optional<FileIdentity> PartialFile::identity() const {
  struct stat status = {};
  if (::fstat(file_.get(), &status) != 0) return std::nullopt;
  const auto nanoseconds = [](const struct timespec& time) {
    return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
  };
  return FileIdentity{.device = status.st_dev,
                      .inode = status.st_ino,
                      .size = static_cast<std::uint64_t>(status.st_size),
                      .mtime = nanoseconds(status.st_mtim),
                      .ctime = nanoseconds(status.st_ctim)};
}

void PartialFile::remove() {
  if (name_.empty()) return;
  ::unlinkat(blobs_, name_.c_str(), 0);
  name_.clear();
}

}  // namespace hubward
