#include "runner/guard/private_network.h"

#include "runner/guard/network_process.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>

#include <cerrno>
#include <iterator>
#include <string>
#include <utility>

// Debian 12's kernel headers have it, older ones not.
#ifndef SO_NETNS_COOKIE
#define SO_NETNS_COOKIE 71
#endif

namespace hubward {
namespace {

// It answers within microseconds. A busy machine may need longer, a stopped process for ever.
constexpr struct timeval kPatience = {2, 0};

std::string_view words_for(NetworkStep step) {
  switch (step) {
    case NetworkStep::namespaces: return "unshare, for a network namespace";
    case NetworkStep::loopback: return "raising lo in a network namespace";
    case NetworkStep::routes: return "a route in a network namespace";
    case NetworkStep::servers: return "port 53 in a network namespace";
    case NetworkStep::none: break;
  }
  return "the process of a network namespace";
}

tl::unexpected<Error> failed(NetworkStep step, int error) {
  return fail(ErrorKind::io, std::string(words_for(step)), "cannot make a network of our own",
              error);
}

/// The network that a socket lives in; 0 where the kernel does not tell (before 5.14).
std::uint64_t cookie_of(int socket) {
  std::uint64_t cookie = 0;
  socklen_t size = sizeof cookie;
  if (::getsockopt(socket, SOL_SOCKET, SO_NETNS_COOKIE, &cookie, &size) != 0) return 0;
  return cookie;
}

/// A datagram to an address that is not of this machine arrives at the server over there.
bool is_at_home(int from, int server) {
  struct sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(53);
  address.sin_addr.s_addr = htonl(0xc0000201);  // 192.0.2.1, for documentation
  char byte = 0;
  struct pollfd readable = {server, POLLIN, 0};
  return ::connect(from, reinterpret_cast<const struct sockaddr*>(&address), sizeof address) == 0 &&
         ::send(from, &byte, 1, MSG_NOSIGNAL) == 1 && ::poll(&readable, 1, 1000) == 1 &&
         ::recv(server, &byte, 1, 0) == 1;
}

}  // namespace

Result<std::unique_ptr<PrivateNetwork>> PrivateNetwork::make() {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
    return failed(NetworkStep::none, errno);
  }
  std::unique_ptr<PrivateNetwork> network(new PrivateNetwork);
  network->line_ = UniqueFd(ends[0]);
  const UniqueFd other(ends[1]);
  network->parent_ = ::getpid();
  network->pid_ = ::fork();
  if (network->pid_ < 0) return failed(NetworkStep::none, errno);
  if (network->pid_ == 0) own_network(other.get());

  ::setsockopt(ends[0], SOL_SOCKET, SO_RCVTIMEO, &kPatience, sizeof kPatience);
  NetworkAnswer answer;
  int fds[kMaxFds];
  const long size = receive_packet(ends[0], &answer, sizeof answer, fds);
  const int error = errno;
  network->take(answer.sent, fds);
  if (size != static_cast<long>(sizeof answer)) return failed(NetworkStep::none, error);
  if (answer.failed != NetworkStep::none) return failed(answer.failed, answer.error);

  network->cookie_ = cookie_of(network->servers_.udp4.get());
  if (network->cookie_ == 0) {
    return fail(ErrorKind::io, "SO_NETNS_COOKIE", "this kernel does not tell networks apart");
  }
  HUBWARD_TRY(const UniqueFd probe, network->socket(AF_INET, SOCK_DGRAM));
  if (!network->owns(probe.get()) || !is_at_home(probe.get(), network->servers_.udp4.get())) {
    return failed(NetworkStep::routes, 0);
  }
  return network;
}

void PrivateNetwork::take(std::uint32_t sent, std::span<const int> fds) {
  UniqueFd* const places[] = {&servers_.udp4, &servers_.tcp4, &servers_.icmp4,
                              &servers_.udp6, &servers_.tcp6, &servers_.icmp6};
  std::size_t next = 0;
  for (std::size_t i = 0; i < std::size(places); ++i) {
    if ((sent >> i & 1U) != 0) *places[i] = UniqueFd(fds[next++]);
  }
}

PrivateNetwork::~PrivateNetwork() {
  line_ = UniqueFd();
  if (pid_ <= 0 || ::getpid() != parent_) return;
  // Whoever waits for all children may have waited for it.
  while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

Result<UniqueFd> PrivateNetwork::socket(int domain, int type) {
  const std::lock_guard lock(mutex_);
  NetworkRequest request;
  request.domain = domain;
  request.type = type;
  NetworkAnswer answer;
  int fds[kMaxFds];
  if (!line_.is_open() || !send_packet(line_.get(), &request, sizeof request, nullptr, 0)) {
    return failed(NetworkStep::none, errno);
  }
  if (receive_packet(line_.get(), &answer, sizeof answer, fds) != sizeof answer) {
    // An answer that comes late would be taken for that of the next request.
    const int error = errno;
    line_ = UniqueFd();
    return failed(NetworkStep::none, error);
  }
  UniqueFd made(fds[0]);
  if (!made.is_open()) return failed(NetworkStep::none, answer.error);
  return made;
}

bool PrivateNetwork::owns(int socket) const { return cookie_of(socket) == cookie_; }

Result<void> PrivateNetwork::watch(const EpollWatch& watch, int socket) {
  const std::lock_guard lock(mutex_);
  NetworkRequest request;
  request.fd = watch.fd;
  request.events = watch.events;
  request.data = watch.data;
  NetworkAnswer answer;
  const int sent[2] = {watch.epoll, socket};
  int fds[kMaxFds];
  if (!line_.is_open() ||
      !send_packet(line_.get(), &request, sizeof request, static_cast<const int*>(sent), 2)) {
    return failed(NetworkStep::none, errno);
  }
  if (receive_packet(line_.get(), &answer, sizeof answer, fds) != sizeof answer) {
    const int error = errno;
    line_ = UniqueFd();
    return failed(NetworkStep::none, error);
  }
  if (answer.error != 0) return failed(NetworkStep::none, answer.error);
  return {};
}

}  // namespace hubward
