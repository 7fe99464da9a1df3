#include "runner/guard/socket_twin.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <cstddef>
#include <cstring>

namespace hubward {
namespace {

struct Option {
  int level;
  int name;
  socklen_t size;
};

constexpr socklen_t kInt = sizeof(int);

// Those that change what a program sends, receives or waits for. IP_RECVERR is set by glibc,
// IP_PKTINFO and IP_RECVTTL by resolvers that look closely.
constexpr Option kOptions[] = {
    {SOL_SOCKET, SO_BROADCAST, kInt},
    {SOL_SOCKET, SO_KEEPALIVE, kInt},
    {SOL_SOCKET, SO_TIMESTAMP, kInt},
    {SOL_SOCKET, SO_TIMESTAMPNS, kInt},
    {SOL_SOCKET, SO_LINGER, sizeof(struct linger)},
    {SOL_SOCKET, SO_RCVTIMEO, sizeof(struct timeval)},
    {SOL_SOCKET, SO_SNDTIMEO, sizeof(struct timeval)},
    {IPPROTO_IP, IP_RECVERR, kInt},
    {IPPROTO_IP, IP_PKTINFO, kInt},
    {IPPROTO_IP, IP_RECVTTL, kInt},
    {IPPROTO_IP, IP_RECVTOS, kInt},
    {IPPROTO_IP, IP_TOS, kInt},
    {SOL_SOCKET, SO_PRIORITY, kInt},  // behind IP_TOS, which sets it too
    {IPPROTO_IP, IP_TTL, kInt},
    {IPPROTO_IP, IP_MTU_DISCOVER, kInt},
    {IPPROTO_IPV6, IPV6_V6ONLY, kInt},
    {IPPROTO_IPV6, IPV6_RECVERR, kInt},
    {IPPROTO_IPV6, IPV6_RECVPKTINFO, kInt},
    {IPPROTO_IPV6, IPV6_RECVHOPLIMIT, kInt},
    {IPPROTO_IPV6, IPV6_RECVTCLASS, kInt},
    {IPPROTO_IPV6, IPV6_UNICAST_HOPS, kInt},
    {IPPROTO_IPV6, IPV6_MTU_DISCOVER, kInt},
    {IPPROTO_TCP, TCP_NODELAY, kInt},
    {IPPROTO_TCP, TCP_KEEPIDLE, kInt},
    {IPPROTO_TCP, TCP_KEEPINTVL, kInt},
    {IPPROTO_TCP, TCP_KEEPCNT, kInt},
    {IPPROTO_TCP, TCP_USER_TIMEOUT, kInt},
};

void copy_option(int original, int twin, const Option& option) {
  std::byte has[32] = {};
  std::byte should[32] = {};
  socklen_t has_size = option.size;
  socklen_t should_size = option.size;
  if (::getsockopt(original, option.level, option.name, should, &should_size) != 0 ||
      ::getsockopt(twin, option.level, option.name, has, &has_size) != 0 ||
      (has_size == should_size && std::memcmp(has, should, has_size) == 0)) {
    return;
  }
  ::setsockopt(twin, option.level, option.name, should, should_size);
}

// The kernel doubles what it is told, and tells the double.
void copy_buffer(int original, int twin, int name) {
  int should = 0;
  int has = 0;
  socklen_t size = sizeof should;
  if (::getsockopt(original, SOL_SOCKET, name, &should, &size) != 0 ||
      ::getsockopt(twin, SOL_SOCKET, name, &has, &size) != 0 || should == has) {
    return;
  }
  should /= 2;
  ::setsockopt(twin, SOL_SOCKET, name, &should, sizeof should);
}

std::optional<int> int_option(int socket, int name) {
  int value = 0;
  socklen_t size = sizeof value;
  if (::getsockopt(socket, SOL_SOCKET, name, &value, &size) != 0) return std::nullopt;
  return value;
}

bool bind_to(int socket, const struct sockaddr_storage& address, socklen_t size) {
  return ::bind(socket, reinterpret_cast<const struct sockaddr*>(&address), size) == 0;
}

}  // namespace

std::optional<SocketKind> kind_of(int socket) {
  const auto domain = int_option(socket, SO_DOMAIN);
  const auto type = int_option(socket, SO_TYPE);
  const auto protocol = int_option(socket, SO_PROTOCOL);
  if (!domain || !type || !protocol) return std::nullopt;
  const bool is_internet = *domain == AF_INET || *domain == AF_INET6;
  const bool is_udp = *type == SOCK_DGRAM && *protocol == IPPROTO_UDP;
  const bool is_tcp =
      *type == SOCK_STREAM && (*protocol == IPPROTO_TCP || *protocol == IPPROTO_MPTCP);
  if (!is_internet || (!is_udp && !is_tcp)) return std::nullopt;
  return SocketKind{*domain, *type};
}

void copy_options(int original, int twin) {
  for (const Option& option : kOptions) copy_option(original, twin, option);
  copy_buffer(original, twin, SO_RCVBUF);
  copy_buffer(original, twin, SO_SNDBUF);
  const int flags = ::fcntl(original, F_GETFL);
  if (flags >= 0) ::fcntl(twin, F_SETFL, flags & (O_NONBLOCK | O_ASYNC));
}

std::optional<AskingPort> bind_like(int original, int twin, const SocketKind& kind) {
  struct sockaddr_storage address = {};
  socklen_t size = sizeof address;
  if (::getsockname(original, reinterpret_cast<struct sockaddr*>(&address), &size) != 0 ||
      address.ss_family != kind.domain) {
    return std::nullopt;
  }
  if (port_of(address) == 0 || !bind_to(twin, address, size)) {
    address = {};
    address.ss_family = static_cast<sa_family_t>(kind.domain);
    if (!bind_to(twin, address, size)) return std::nullopt;
  }
  size = sizeof address;
  if (::getsockname(twin, reinterpret_cast<struct sockaddr*>(&address), &size) != 0) {
    return std::nullopt;
  }
  return AskingPort{kind.type == SOCK_STREAM, static_cast<sa_family_t>(kind.domain),
                    port_of(address)};
}

}  // namespace hubward
