// The process that owns a PrivateNetwork: makes the network, then sockets in it on request.
#pragma once

#include <cstdint>

namespace hubward {

/// What it is asked and what it answers: one packet each, descriptors beside it. A request without
/// descriptors wants a socket; one with an epoll and a socket wants the second watched by the
/// first.
struct NetworkRequest {
  std::int32_t domain = 0;
  std::int32_t type = 0;
  std::int32_t fd = -1;
  std::uint32_t events = 0;
  std::uint64_t data = 0;
};

/// The steps in which it can fail, in order. The first packet it sends says how far it came.
enum class NetworkStep : std::int32_t { namespaces, loopback, routes, servers, none };

struct NetworkAnswer {
  NetworkStep failed = NetworkStep::none;
  std::int32_t error = 0;  ///< an errno, 0 for done
  std::uint32_t sent = 0;  ///< of the first packet: a bit for each NetworkSocket beside it
};

/// What the first packet brings, in this order; IPv6's and the raw ones where they can be made.
enum class NetworkSocket : std::uint32_t { udp4, tcp4, icmp4, udp6, tcp6, icmp6, count };
constexpr int kMaxFds = static_cast<int>(NetworkSocket::count);

/// In a process of its own, just forked; never returns. Ends when the other side of `line` is
/// closed. It makes no use of memory that another thread could have held at the fork.
/// @param line  a SOCK_SEQPACKET socket
[[noreturn]] void own_network(int line);

/// One packet with up to kMaxFds descriptors. A single call each, no allocation.
/// @return whether it went
bool send_packet(int line, const void* bytes, std::size_t size, const int* fds, int count);
/// @param fds    -1 where none came
/// @return the size of the packet; 0 at the end, -1 for an error
long receive_packet(int line, void* bytes, std::size_t size, int (&fds)[kMaxFds]);

}  // namespace hubward
