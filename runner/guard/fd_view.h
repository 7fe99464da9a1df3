// What /proc tells of another process's descriptors.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace hubward {

/// The flags of a descriptor and of its open file, O_CLOEXEC among them, from the text of
/// /proc/PID/fdinfo/FD; nullopt when it has no such line.
std::optional<unsigned> flags_in(std::string_view fdinfo);

/// A descriptor that an epoll watches.
struct WatchedFd {
  int fd = -1;
  std::uint32_t events = 0;
  std::uint64_t data = 0;
  std::uint64_t inode = 0;

  bool operator==(const WatchedFd&) const = default;
};

/// Those that the text of an epoll's fdinfo names. Source: proc(5), "tfd:".
std::vector<WatchedFd> watched_in(std::string_view fdinfo);

/// Who watches a socket of a thread's.
struct Watcher {
  int epoll = -1;  ///< its number over there
  WatchedFd watched;
};

/// @param inode  of the socket: a number alone may be left of one that was closed
std::vector<Watcher> watchers_of(pid_t thread, std::uint64_t inode);

/// The descriptors that are the socket with that inode.
std::vector<int> numbers_of(pid_t thread, std::uint64_t inode);

/// 0 when it cannot be told.
unsigned flags_of(pid_t thread, int fd);

/// The process of a thread; -1 when it has gone.
pid_t process_of(pid_t thread);

/// Whether a thread's descriptor is the socket with that inode.
bool is_socket(pid_t thread, int fd, std::uint64_t inode);

}  // namespace hubward
