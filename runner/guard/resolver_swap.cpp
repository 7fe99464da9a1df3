#include "runner/guard/resolver_swap.h"

#include "runner/guard/asking_socket.h"
#include "runner/guard/fd_view.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <utility>
#include <vector>

namespace hubward {
namespace {

constexpr NamesAnswer kProceed{NamesAnswer::Kind::proceed};
constexpr int kBacklog = 64;

/// Addresses that mean nothing without an interface of this machine's, or more than one machine.
bool is_only_for_here(const struct sockaddr_storage& address) {
  if (address.ss_family == AF_INET) {
    struct sockaddr_in in = {};
    std::memcpy(&in, &address, sizeof in);
    return ntohl(in.sin_addr.s_addr) >= 0xe0000000U;  // multicast, reserved, broadcast
  }
  struct sockaddr_in6 in = {};
  std::memcpy(&in, &address, sizeof in);
  return IN6_IS_ADDR_LINKLOCAL(&in.sin6_addr) || IN6_IS_ADDR_MULTICAST(&in.sin6_addr);
}

struct sockaddr_storage name_of(int socket, int (*ask)(int, struct sockaddr*, socklen_t*)) {
  struct sockaddr_storage address = {};
  socklen_t size = sizeof address;
  if (ask(socket, reinterpret_cast<struct sockaddr*>(&address), &size) != 0) return {};
  return address;
}

AskingPort port_here(int socket, const SocketKind& kind) {
  return {kind.type == SOCK_STREAM, static_cast<sa_family_t>(kind.domain),
          port_of(name_of(socket, ::getsockname))};
}

/// A connect on it changes nothing: the kernel is to say so.
bool is_settled(const AskingSocket& socket) {
  if (socket.kind().type != SOCK_STREAM) return false;
  int listens = 0;
  socklen_t size = sizeof listens;
  ::getsockopt(socket.fd(), SOL_SOCKET, SO_ACCEPTCONN, &listens, &size);
  return listens != 0 || port_of(name_of(socket.fd(), ::getpeername)) != 0;
}

/// @return false when somebody who watches the old one would not see the new one
bool tell_watchers(const ResolverCall& call, const AskingSocket& socket, PrivateNetwork& network,
                   int twin) {
  const auto watchers = watchers_of(call.tid, socket.inode());
  return std::ranges::all_of(watchers, [&](const Watcher& watcher) {
    const UniqueFd epoll = socket.other(watcher.epoll);
    if (!epoll.is_open()) return false;
    const auto told = network.watch(
        {epoll.get(), watcher.watched.fd, watcher.watched.events, watcher.watched.data}, twin);
    // The same epoll under another number.
    return told || told.error().sys_errno == EEXIST;
  });
}

/// Under every number that it has over there, that of the call last: a duplicate is the same
/// socket.
bool replace_all(const ResolverCall& call, const AskingSocket& socket, int twin) {
  const auto replace = [&](int number) {
    const bool close_on_exec = (flags_of(call.tid, number) & O_CLOEXEC) != 0;
    return call.replace(twin, number, close_on_exec);
  };
  for (const int number : numbers_of(call.tid, socket.inode())) {
    if (number != call.fd) replace(number);
  }
  return replace(call.fd);
}

ServerSocket loopback_server(sa_family_t family, int type) {
  ServerSocket server{UniqueFd(::socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)),
                      type == SOCK_STREAM, family, false};
  struct sockaddr_storage address = {};
  if (family == AF_INET6) {
    struct sockaddr_in6 in = {};
    in.sin6_family = family;
    in.sin6_addr = in6addr_loopback;
    std::memcpy(&address, &in, sizeof in);
  } else {
    struct sockaddr_in in = {};
    in.sin_family = family;
    in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    std::memcpy(&address, &in, sizeof in);
  }
  if (!server.fd.is_open() ||
      ::bind(server.fd.get(), reinterpret_cast<const struct sockaddr*>(&address),
             size_of(address)) != 0 ||
      (server.is_stream && ::listen(server.fd.get(), kBacklog) != 0)) {
    server.fd = UniqueFd();
  }
  return server;
}

}  // namespace

std::optional<NamesAnswer> exchange_socket(const ResolverCall& call, PrivateNetwork& network,
                                           AskedPorts& ports,
                                           const std::function<bool(int)>& answers) {
  auto fetched = AskingSocket::fetch(call);
  if (const auto* answer = std::get_if<NamesAnswer>(&fetched)) return *answer;
  const auto* socket = std::get_if<AskingSocket>(&fetched);
  if (socket == nullptr) return std::nullopt;
  if (network.owns(socket->fd())) {
    const AskingPort port = port_here(socket->fd(), socket->kind());
    if (port.port != 0) ports.put(port, {call.asker, call.address});
    return kProceed;
  }
  if (is_settled(*socket)) return kProceed;
  if (is_only_for_here(call.address) || !answers(socket->kind().type)) return std::nullopt;

  const auto twin = network.socket(socket->kind().domain, socket->kind().type);
  if (!twin) return std::nullopt;
  copy_options(socket->fd(), twin->get());
  const auto port = bind_like(socket->fd(), twin->get(), socket->kind());
  if (!port) return std::nullopt;
  ports.put(*port, {call.asker, call.address});
  if (!tell_watchers(call, *socket, network, twin->get())) return std::nullopt;
  if (replace_all(call, *socket, twin->get())) return kProceed;
  if (!call.is_waiting()) return NamesAnswer{NamesAnswer::Kind::gone};
  return std::nullopt;
}

std::optional<NamesAnswer> redirect_socket(const ResolverCall& call,
                                           std::span<const ServerSocket> servers,
                                           AskedPorts& ports) {
  if (call.kind != ResolverCall::Kind::connect) return std::nullopt;
  auto fetched = AskingSocket::fetch(call);
  if (const auto* answer = std::get_if<NamesAnswer>(&fetched)) return *answer;
  const auto* socket = std::get_if<AskingSocket>(&fetched);
  if (socket == nullptr) return std::nullopt;
  if (is_settled(*socket)) return kProceed;
  const bool is_stream = socket->kind().type == SOCK_STREAM;
  const auto server = std::ranges::find_if(servers, [&](const ServerSocket& one) {
    return one.is_stream == is_stream && one.family == socket->kind().domain;
  });
  if (server == servers.end()) return std::nullopt;
  // Neither kind waits: one sends nothing, and the other's queue is our own.
  const struct sockaddr_storage address = name_of(server->fd.get(), ::getsockname);
  NamesAnswer answer{NamesAnswer::Kind::value};
  if (::connect(socket->fd(), reinterpret_cast<const struct sockaddr*>(&address),
                size_of(address)) != 0) {
    answer = {NamesAnswer::Kind::error, 0, errno};
  }
  const AskingPort port = port_here(socket->fd(), socket->kind());
  if (port.port != 0) ports.put(port, {call.asker, call.address});
  return answer;
}

std::vector<ServerSocket> loopback_servers() {
  std::vector<ServerSocket> servers;
  for (const sa_family_t family : {sa_family_t{AF_INET}, sa_family_t{AF_INET6}}) {
    for (const int type : {SOCK_DGRAM, SOCK_STREAM}) {
      ServerSocket server = loopback_server(family, type);
      if (server.fd.is_open()) servers.push_back(std::move(server));
    }
  }
  return servers;
}

}  // namespace hubward
