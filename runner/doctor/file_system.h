// What a cache's file system can do: its kind, its room, and whether a lock on it keeps a second
// process out, which the clients rely on and network file systems promise and do not always keep.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hubward {

enum class FlockAnswer : std::uint8_t {
  excludes,   ///< a second lock was refused while the first was held
  does_not,   ///< both were given
  refused,    ///< the file system knows no such lock
  not_tried,  ///< nothing could be opened to try it on
};
std::string_view to_string(FlockAnswer answer);

struct FileSystemFacts {
  std::string kind;         ///< "ext4", "nfs"; "0x…" for one that has no name here
  bool is_network = false;  ///< then a lock may hold on this machine alone
  bool is_read_only = false;
  FlockAnswer flock = FlockAnswer::not_tried;
  std::uint64_t free_bytes = 0;  ///< that this user may take
  std::uint64_t total_bytes = 0;
};

/// Of the nearest folder at or above `path` that is there. The lock is tried on a file without a
/// name, so nothing is left, and nobody else can meet it; where there can be none, on the folder.
/// nullopt: nothing is known.
std::optional<FileSystemFacts> look_at_file_system(const std::string& path);

/// Of statfs(2)'s f_type. Source: linux/magic.h, and statfs(2) for those that are not in it.
struct FileSystemKind {
  std::string_view name;
  bool is_network = false;
};
std::optional<FileSystemKind> file_system_kind(std::uint64_t magic);

}  // namespace hubward
