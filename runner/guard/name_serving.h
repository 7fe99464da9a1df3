// What the two halves of a name server have in common: its sockets, and whom it asks.
#pragma once

#include "runner/guard/asked_ports.h"
#include "runner/guard/known_hosts.h"
#include "verifier/cache/unique_fd.h"

#include <sys/socket.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string_view>

namespace hubward {

/// A socket of the server's, bound and non-blocking; a stream listens.
struct ServerSocket {
  UniqueFd fd;
  bool is_stream = false;
  sa_family_t family = AF_INET;
  /// Whether it has every address: then the one that was asked is that of the server asked for, and
  /// the answer comes from there. Otherwise AskedPorts knows.
  bool is_everywhere = false;
  UniqueFd icmp = {};  ///< raw, over there; closed where there is none
};

struct NameQuestion {
  std::string_view host;  ///< empty when what was sent is no question
  const struct sockaddr_storage& resolver;
  std::shared_ptr<const Asker> asker;  ///< nullptr when it is not known
};

enum class NameDecision : unsigned char { pass_on, no_such_name };

struct NameServing {
  const AskedPorts* ports;  ///< outlives the server
  KnownHosts* hosts;        ///< outlives the server
  std::function<NameDecision(const NameQuestion&)> decide;
};

using ServingTime = std::chrono::steady_clock::time_point;

/// The size that the kernel wants to be told of an IPv4 or IPv6 address.
socklen_t size_of(const struct sockaddr_storage& address);

/// A socket of this machine's own network that is connected, or being connected, to a server.
/// @return closed, with errno set, when that cannot be
UniqueFd connect_to(const struct sockaddr_storage& server, int type);

}  // namespace hubward
