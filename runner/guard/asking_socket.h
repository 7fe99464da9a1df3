// What stands behind a descriptor of another process's; a socket comes into our hands for as long
// as its call waits.
#pragma once

#include "runner/guard/names.h"
#include "runner/guard/socket_twin.h"
#include "verifier/cache/unique_fd.h"

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <variant>

namespace hubward {

/// What the kernel answers to any call that names this descriptor and needs a socket: EBADF or
/// ENOTSOCK; 0 when it is one, or cannot be looked at. To be believed while the asker waits.
int fault_of_descriptor(pid_t thread, int number);

class AskingSocket {
 public:
  /// @return the socket; or the answer where there is nothing more to do; or nullopt for one that
  /// is not ours to touch, or may not be looked at
  static std::variant<std::nullopt_t, NamesAnswer, AskingSocket> fetch(const ResolverCall& call);

  int fd() const { return fd_.get(); }
  const SocketKind& kind() const { return kind_; }
  std::uint64_t inode() const { return inode_; }
  /// Another descriptor of the same thread; closed when it cannot be had.
  UniqueFd other(int number) const;

 private:
  AskingSocket(UniqueFd thread, UniqueFd fd, SocketKind kind, std::uint64_t inode)
      : thread_(std::move(thread)), fd_(std::move(fd)), kind_(kind), inode_(inode) {}

  UniqueFd thread_;
  UniqueFd fd_;
  SocketKind kind_;
  std::uint64_t inode_;
};

}  // namespace hubward
