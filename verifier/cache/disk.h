// The one door through which hubward reads a cache.
//
// A cache is hostile until judged, so nothing here takes a path that a link's text suggested,
// follows a link, or blocks: a FIFO named like a blob must not hang a CI job, and a link swapped in
// between two calls must not lead out. Everything is opened beneath a descriptor, without
// following, and judged by fstat on what was opened.
//
// Tests stand other disks behind this interface (tests/support/faulty_disk.h).
#pragma once

#include "verifier/cache/file_starts.h"
#include <hubward/result.h>

#include <compare>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hubward {

enum class NodeKind : std::uint8_t { regular, directory, link, fifo, socket, device, unknown };

/// What tells one file from another and from its own later self. Times in nanoseconds since 1970.
struct FileIdentity {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::uint64_t size = 0;
  std::int64_t mtime = 0;
  std::int64_t ctime = 0;

  friend bool operator==(const FileIdentity&, const FileIdentity&) = default;
  friend auto operator<=>(const FileIdentity&, const FileIdentity&) = default;
};

struct NodeStatus {
  NodeKind kind = NodeKind::unknown;
  FileIdentity identity;
};

struct NodeName {
  std::string name;         ///< one path component, any bytes but '/' and NUL
  std::uint64_t inode = 0;  ///< as the directory tells it, which may differ from stat's; 0: unknown
  NodeKind kind =
      NodeKind::unknown;  ///< `unknown` where the file system does not say: then status()
};

/// A regular file opened for reading. Not shared between threads. Its errors leave `where` empty:
/// whoever opened the file knows its name, and keeping it would cost every small file an
/// allocation.
class FileBytes {
 public:
  virtual ~FileBytes() = default;
  /// What was opened, as it was then.
  virtual FileIdentity at_open() const = 0;
  /// What it is now. Errors: io.
  virtual Result<FileIdentity> identity() const = 0;
  /// Reads at most buffer.size() bytes from `offset`; fewer only at the end of the file (0 there).
  /// Errors: io.
  virtual Result<std::size_t> read_at(std::uint64_t offset, std::span<std::byte> buffer) const = 0;
  /// The same of what is in memory, perhaps fewer bytes than there are. nullopt: a disk has to be
  /// waited for, which has been told to begin. Unless overridden it waits. Errors: io.
  virtual Result<std::optional<std::size_t>> read_ready_at(std::uint64_t offset,
                                                           std::span<std::byte> buffer) const;
};

/// What one reading from a file's start gave.
struct FileStart {
  std::size_t bytes = 0;
  std::unique_ptr<FileBytes> file;  ///< nullptr: it ended with them, and is closed again
};

/// An open directory. Not shared between threads.
class Folder {
 public:
  virtual ~Folder() = default;
  /// All names but "." and "..", in bytewise order. Errors: io.
  virtual Result<std::vector<NodeName>> list() const = 0;
  /// Of the name itself, never of what it links to. Errors: no_such_input when absent, io.
  virtual Result<NodeStatus> status(const std::string& name) const = 0;
  /// A link's own text, at most kMaxLinkText bytes (longer: bad_input). Errors: io, bad_input.
  virtual Result<std::string> read_link(const std::string& name) const = 0;
  /// Errors: no_such_input, io (sys_errno ELOOP or ENOTDIR when it is not a directory itself).
  virtual Result<std::unique_ptr<Folder>> open_folder(const std::string& name) const = 0;
  /// Opens a regular file, whose name list() or status() has shown to be one; anything else is an
  /// io error with sys_errno set, and is never waited for.
  virtual Result<std::unique_ptr<FileBytes>> open_file(const std::string& name) const = 0;
  /// Opens such a file and reads what fits into `room`. Of one that has bytes and ends within it
  /// nothing else is looked at, not even what it is: for bytes that prove themselves. Errors: as
  /// open_file's, io.
  virtual Result<FileStart> read_start(const std::string& name,
                                       std::span<std::byte> room) const = 0;
  /// For the FileStarts of the same disk, as long as this lives; -1: it has none.
  virtual int descriptor() const { return -1; }
};

inline constexpr std::size_t kMaxLinkText = 4096;

/// Thread safety: all const members may be called from several threads at once.
class Disk {
 public:
  virtual ~Disk() = default;
  /// A directory by its path relative to the cache root, slash-separated; "" is the root. No
  /// component may be a link. Errors: no_such_input when absent, io.
  virtual Result<std::unique_ptr<Folder>> open_folder(std::string_view path) const = 0;
  /// The directory that a judged directory link leads to: absolute, beneath one of the allowed
  /// roots that this disk was made with (their own path may contain links, what lies below may
  /// not). Errors: usage when it is beneath none of them, no_such_input, io.
  virtual Result<std::unique_ptr<Folder>> open_allowed(std::string_view absolute_path) const = 0;
  /// For the calling thread. nullptr: its files are read one by one.
  virtual std::unique_ptr<FileStarts> file_starts(std::size_t /*places*/) const { return nullptr; }
};

/// This process, or the system, has no descriptor left: nothing about what was to be opened.
bool lacks_descriptors(const Error& error);

/// Reads a whole small file beneath `folder`. Larger than `max_bytes`: bad_input.
Result<std::string> read_small_file(const Folder& folder, const std::string& name,
                                    std::size_t max_bytes);

}  // namespace hubward
