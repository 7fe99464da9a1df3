// A network of our own in which every address is at home: whatever is asked for arrives at this
// process, and nothing that is sent there can leave the machine.
//
// It belongs to a small process of ours, for a namespace can only be entered by one that has a
// single thread; sockets are made there on demand and handed over.
#pragma once

#include "verifier/cache/unique_fd.h"
#include <hubward/result.h>

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <utility>

namespace hubward {

/// How a program watched a descriptor, as /proc/PID/fdinfo of an epoll shows it.
struct EpollWatch {
  int epoll = -1;  ///< borrowed
  int fd = -1;     ///< the number that is watched, in the program's own table
  std::uint32_t events = 0;
  std::uint64_t data = 0;
};

class PrivateNetwork {
 public:
  /// Forks, so: while one thread exists. Privilege is not needed where the kernel allows user
  /// namespaces. What such a network can do is tried before it is returned.
  /// Errors: io; `where` is the step that failed.
  static Result<std::unique_ptr<PrivateNetwork>> make();
  /// Ends the process and waits for it.
  ~PrivateNetwork();
  PrivateNetwork(const PrivateNetwork&) = delete;
  PrivateNetwork& operator=(const PrivateNetwork&) = delete;

  /// Bound to port 53 of every address, non-blocking, close-on-exec, UDP ones with the destination
  /// of what is received (IP_PKTINFO). IPv6's are closed where the machine has none.
  struct Servers {
    UniqueFd udp4;
    UniqueFd udp6;
    UniqueFd tcp4;
    UniqueFd tcp6;
    /// Raw, to say "port unreachable"; closed where there can be none.
    UniqueFd icmp4;
    UniqueFd icmp6;
  };
  /// Given away once.
  Servers take_servers() { return std::move(servers_); }

  /// A socket that lives there.
  /// Errors: io. Thread safety: any thread.
  Result<UniqueFd> socket(int domain, int type);
  /// Whether a socket lives there.
  bool owns(int socket) const;

  /// Lets an epoll watch `socket` as the program did, whose descriptor `watch.fd` it is about to
  /// become. An epoll knows what it watches by file and number, and the number may be taken in this
  /// process: it is done in the other.
  /// Thread safety: any thread.
  Result<void> watch(const EpollWatch& watch, int socket);

  /// To be kept open by a process that goes on using it.
  int line() const { return line_.get(); }
  /// Another process does: this one has nobody to wait for.
  void hand_over() { pid_ = -1; }

 private:
  PrivateNetwork() = default;
  void take(std::uint32_t sent, std::span<const int> fds);

  pid_t pid_ = -1;
  pid_t parent_ = -1;  ///< who forked it; a later child of this process has nobody to wait for
  UniqueFd line_;
  Servers servers_;
  std::uint64_t cookie_ = 0;  ///< of the network namespace
  std::mutex mutex_;          ///< one request at a time
};

}  // namespace hubward
