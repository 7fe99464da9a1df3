// Reads one directory and opens what is in it, never following and never waiting.
//
// The naive way, open(path) and then read, hangs on a FIFO named like a blob. Whoever opens a file
// here has seen its name to be a plain file (Folder::list, Folder::status); it is opened without
// following and without blocking all the same, and what was opened is judged again by fstat,
// because the name may have been swapped in between. A second look before every open would be a
// seventh of the time that 20,000 small blobs take, and the fstat after it is another: read_start
// leaves it out, for whoever believes the bytes alone.
#include "verifier/cache/posix_folder.h"

#include "verifier/cache/name_order.h"

#include <fmt/core.h>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <limits>
#include <system_error>
#include <utility>

namespace hubward {
namespace {

// Below this a hint to the kernel costs more than it gains.
constexpr std::uint64_t kReadAheadFrom = std::uint64_t{256} * 1024;

constexpr std::string_view kTriedToOpen = "cannot open file";

NodeKind kind_of(mode_t mode) {
  switch (mode & S_IFMT) {
    case S_IFREG: return NodeKind::regular;
    case S_IFDIR: return NodeKind::directory;
    case S_IFLNK: return NodeKind::link;
    case S_IFIFO: return NodeKind::fifo;
    case S_IFSOCK: return NodeKind::socket;
    case S_IFBLK:
    case S_IFCHR: return NodeKind::device;
    default: return NodeKind::unknown;
  }
}

NodeKind kind_of_entry(unsigned char type) {
  switch (type) {
    case DT_REG: return NodeKind::regular;
    case DT_DIR: return NodeKind::directory;
    case DT_LNK: return NodeKind::link;
    case DT_FIFO: return NodeKind::fifo;
    case DT_SOCK: return NodeKind::socket;
    case DT_BLK:
    case DT_CHR: return NodeKind::device;
    default: return NodeKind::unknown;
  }
}

// The year 2262 is as far as 64 bits of nanoseconds reach, and anyone may set a file's time beyond.
std::int64_t nanoseconds(const timespec& time) {
  using Limits = std::numeric_limits<std::int64_t>;
  constexpr std::int64_t kBillion = 1'000'000'000;
  if (time.tv_sec >= Limits::max() / kBillion) return Limits::max();
  if (time.tv_sec <= Limits::min() / kBillion) return Limits::min();
  return time.tv_sec * kBillion + time.tv_nsec;
}

NodeStatus status_of(const struct stat& raw) {
  return {.kind = kind_of(raw.st_mode),
          .identity = {.device = raw.st_dev,
                       .inode = raw.st_ino,
                       .size = static_cast<std::uint64_t>(raw.st_size),
                       .mtime = nanoseconds(raw.st_mtim),
                       .ctime = nanoseconds(raw.st_ctim)}};
}

/// What opening a non-file would have answered, told without opening it.
int errno_for(NodeKind kind) {
  switch (kind) {
    case NodeKind::link: return ELOOP;
    case NodeKind::directory: return EISDIR;
    case NodeKind::fifo:
    case NodeKind::socket:
    case NodeKind::device:
    case NodeKind::unknown: return ENXIO;
    case NodeKind::regular: return 0;
  }
  return ENXIO;
}

/// The names of one directory on their way into order.
class SeenNames {
 public:
  void add(std::string_view name, const dirent64& entry) {
    entries_.push_back({.beginning = beginning_of(name),
                        .inode = entry.d_ino,
                        .at = texts_.size(),
                        .size = static_cast<std::uint16_t>(name.size()),
                        .kind = kind_of_entry(entry.d_type)});
    texts_ += name;
  }

  std::vector<NodeName> in_order() && {
    std::ranges::sort(entries_, [this](const Entry& a, const Entry& b) {
      return a.beginning != b.beginning ? a.beginning < b.beginning : text_of(a) < text_of(b);
    });
    std::vector<NodeName> names;
    names.reserve(entries_.size());
    for (const Entry& entry : entries_) {
      names.push_back(
          {.name = std::string(text_of(entry)), .inode = entry.inode, .kind = entry.kind});
    }
    return names;
  }

 private:
  struct Entry {
    std::uint64_t beginning;
    std::uint64_t inode;
    std::size_t at;  // in texts_
    std::uint16_t size;
    NodeKind kind;
  };

  std::string_view text_of(const Entry& entry) const {
    return std::string_view(texts_).substr(entry.at, entry.size);
  }

  std::vector<Entry> entries_;
  std::string texts_;
};

class PosixFile final : public FileBytes {
 public:
  PosixFile(UniqueFd fd, const FileIdentity& at_open) : fd_(std::move(fd)), at_open_(at_open) {}

  FileIdentity at_open() const override { return at_open_; }

  Result<FileIdentity> identity() const override {
    struct stat raw {};
    if (::fstat(fd_.get(), &raw) != 0) return system_failure("", "cannot examine file", errno);
    return status_of(raw).identity;
  }

  Result<std::size_t> read_at(std::uint64_t offset, std::span<std::byte> buffer) const override {
    std::size_t have = 0;
    while (have < buffer.size()) {
      const std::uint64_t at = offset + have;
      if (at > static_cast<std::uint64_t>(std::numeric_limits<off_t>::max())) break;
      const ssize_t got =
          ::pread(fd_.get(), buffer.data() + have, buffer.size() - have, static_cast<off_t>(at));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return system_failure("", "cannot read file", errno);
      if (got == 0) break;
      have += static_cast<std::size_t>(got);
    }
    return have;
  }

  Result<std::optional<std::size_t>> read_ready_at(std::uint64_t offset,
                                                   std::span<std::byte> buffer) const override {
    iovec piece{buffer.data(), buffer.size()};
    const auto at =
        static_cast<off_t>(std::min<std::uint64_t>(offset, std::numeric_limits<off_t>::max()));
    const ssize_t got = ::preadv2(fd_.get(), &piece, 1, at, RWF_NOWAIT);
    if (got >= 0) return static_cast<std::size_t>(got);
    // The kernel has begun to read ahead by itself (Linux 5.9). To ask for more by
    // POSIX_FADV_WILLNEED makes it take small pages: twice the processor time, docs/performance.md.
    if (errno == EAGAIN) return std::nullopt;
    // Not every file system can tell.
    return FileBytes::read_ready_at(offset, buffer);
  }

 private:
  UniqueFd fd_;
  FileIdentity at_open_;
};

class PosixFolder final : public Folder {
 public:
  PosixFolder(UniqueFd fd, std::string shown) : fd_(std::move(fd)), shown_(std::move(shown)) {}

  Result<std::vector<NodeName>> list() const override;
  Result<NodeStatus> status(const std::string& name) const override;
  Result<std::string> read_link(const std::string& name) const override;
  Result<std::unique_ptr<Folder>> open_folder(const std::string& name) const override;
  Result<std::unique_ptr<FileBytes>> open_file(const std::string& name) const override;
  Result<FileStart> read_start(const std::string& name, std::span<std::byte> room) const override;
  int descriptor() const override { return fd_.get(); }

 private:
  UniqueFd open_unjudged(const std::string& name) const {
    if (is_one_component(name)) {
      return UniqueFd(open_retrying(fd_.get(), name.c_str(), O_RDONLY | O_NOFOLLOW));
    }
    errno = EINVAL;
    return UniqueFd();
  }
  /// @param fd  what was opened by that name
  Result<std::unique_ptr<FileBytes>> judged(UniqueFd fd, const std::string& name) const;
  std::string shown(const std::string& name) const {
    return shown_.empty() ? name : shown_ + "/" + name;
  }

  UniqueFd fd_;
  std::string shown_;
  mutable bool is_moved_ = false;  // list() has been at work
};

/// Reads by getdents64, for opendir asks four questions more about each directory, and most hold a
/// few names.
Result<std::vector<NodeName>> PosixFolder::list() const {
  const auto failed = [&] { return system_failure(shown_, "cannot read directory", errno); };
  if (std::exchange(is_moved_, true) && ::lseek(fd_.get(), 0, SEEK_SET) != 0) return failed();

  alignas(dirent64) std::array<char, std::size_t{32} * 1024> buffer;
  SeenNames seen;
  for (;;) {
    const ssize_t got = ::getdents64(fd_.get(), buffer.data(), buffer.size());
    if (got < 0) return failed();
    if (got == 0) break;
    for (std::size_t at = 0; at < static_cast<std::size_t>(got);) {
      const auto* entry = reinterpret_cast<const dirent64*>(buffer.data() + at);
      at += entry->d_reclen;
      const std::string_view name = entry->d_name;
      if (name != "." && name != "..") seen.add(name, *entry);
    }
  }
  return std::move(seen).in_order();
}

Result<NodeStatus> PosixFolder::status(const std::string& name) const {
  if (!is_one_component(name)) return system_failure(shown(name), "cannot examine", EINVAL);
  struct stat raw {};
  if (::fstatat(fd_.get(), name.c_str(), &raw, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT) != 0) {
    return system_failure(shown(name), "cannot examine", errno);
  }
  return status_of(raw);
}

Result<std::string> PosixFolder::read_link(const std::string& name) const {
  if (!is_one_component(name)) return system_failure(shown(name), "cannot read link", EINVAL);
  std::array<char, kMaxLinkText + 1> buffer;
  const ssize_t got = ::readlinkat(fd_.get(), name.c_str(), buffer.data(), buffer.size());
  if (got < 0) return system_failure(shown(name), "cannot read link", errno);
  const auto size = static_cast<std::size_t>(got);
  if (size > kMaxLinkText) {
    return fail(ErrorKind::bad_input, shown(name),
                fmt::format("link text is longer than {} bytes", kMaxLinkText));
  }
  return std::string(buffer.data(), size);
}

Result<std::unique_ptr<Folder>> PosixFolder::open_folder(const std::string& name) const {
  if (!is_one_component(name)) return system_failure(shown(name), "cannot open directory", EINVAL);
  UniqueFd fd(open_retrying(fd_.get(), name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW));
  if (!fd.is_open()) return system_failure(shown(name), "cannot open directory", errno);
  return make_posix_folder(std::move(fd), shown(name));
}

Result<std::unique_ptr<FileBytes>> PosixFolder::open_file(const std::string& name) const {
  UniqueFd fd = open_unjudged(name);
  if (!fd.is_open()) return system_failure(shown(name), kTriedToOpen, errno);
  return judged(std::move(fd), name);
}

Result<FileStart> PosixFolder::read_start(const std::string& name,
                                          std::span<std::byte> room) const {
  UniqueFd fd = open_unjudged(name);
  if (!fd.is_open()) return system_failure(shown(name), kTriedToOpen, errno);
  ssize_t got = 0;
  do {
    got = ::read(fd.get(), room.data(), room.size());
  } while (got < 0 && errno == EINTR);
  if (got < 0) return system_failure(shown(name), "cannot read file", errno);
  FileStart start{.bytes = static_cast<std::size_t>(got), .file = nullptr};
  // Of a FIFO and of a pipe's end nothing comes either.
  if (start.bytes == 0 || start.bytes == room.size()) {
    HUBWARD_TRY(start.file, judged(std::move(fd), name));
  }
  return start;
}

Result<std::unique_ptr<FileBytes>> PosixFolder::judged(UniqueFd fd, const std::string& name) const {
  struct stat raw {};
  if (::fstat(fd.get(), &raw) != 0) return system_failure(shown(name), kTriedToOpen, errno);
  const NodeStatus opened = status_of(raw);
  if (opened.kind != NodeKind::regular) {
    return system_failure(shown(name), kTriedToOpen, errno_for(opened.kind));
  }
  if (opened.identity.size >= kReadAheadFrom) {
    // A hint; a file system that does not take it reads just as right.
    static_cast<void>(::posix_fadvise(fd.get(), 0, 0, POSIX_FADV_SEQUENTIAL));
  }
  return std::unique_ptr<FileBytes>(std::make_unique<PosixFile>(std::move(fd), opened.identity));
}

}  // namespace

std::unique_ptr<Folder> make_posix_folder(UniqueFd fd, std::string shown) {
  return std::make_unique<PosixFolder>(std::move(fd), std::move(shown));
}

int open_retrying(int base, const char* name, int flags) {
  int fd = -1;
  do {
    fd = ::openat(base, name, flags | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  } while (fd < 0 && errno == EINTR);
  return fd;
}

tl::unexpected<Error> system_failure(std::string where, std::string_view tried, int error) {
  const ErrorKind kind = error == ENOENT ? ErrorKind::no_such_input : ErrorKind::io;
  const std::string reason = std::error_code(error, std::generic_category()).message();
  return fail(kind, std::move(where), fmt::format("{}: {}", tried, reason), error);
}

bool is_one_component(std::string_view name) {
  if (name.empty() || name == "." || name == "..") return false;
  return name.find('/') == std::string_view::npos && name.find('\0') == std::string_view::npos;
}

}  // namespace hubward
