#include "runner/guard/network_process.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstring>

namespace hubward {
namespace {

constexpr std::uint16_t kDnsPort = 53;
constexpr int kBacklog = 64;
// ICMP_FILTER of linux/icmp.h, which cannot stand beside net/if.h.
constexpr int kIcmpFilter = 1;
// A table of so many takes half a megabyte.
constexpr long kMaxDescriptors = 65536;

union Control {
  struct cmsghdr align;
  char bytes[CMSG_SPACE(sizeof(int) * kMaxFds)];
};

// A user namespace gives whoever makes it all rights over a network made with it. Where that is
// forbidden, root needs none.
bool enter_namespaces() {
  return ::unshare(CLONE_NEWUSER | CLONE_NEWNET) == 0 || ::unshare(CLONE_NEWNET) == 0;
}

bool raise_loopback() {
  const int any = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  struct ifreq request = {};
  std::strncpy(request.ifr_name, "lo", IFNAMSIZ - 1);
  request.ifr_flags = IFF_UP | IFF_RUNNING;
  const bool is_done = any >= 0 && ::ioctl(any, SIOCSIFFLAGS, &request) == 0;
  const int error = errno;
  ::close(any);
  errno = error;
  return is_done;
}

struct RouteRequest {
  struct nlmsghdr header;
  struct rtmsg route;
  struct rtattr attribute;
  std::uint32_t interface;
};
static_assert(sizeof(RouteRequest) == NLMSG_LENGTH(sizeof(struct rtmsg)) + RTA_LENGTH(4));

/// "ip route add local default dev lo": what goes to any address is for this machine.
bool route_all_home(unsigned char family) {
  const int netlink = ::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
  if (netlink < 0) return false;
  RouteRequest request = {};
  request.header.nlmsg_len = sizeof request;
  request.header.nlmsg_type = RTM_NEWROUTE;
  request.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL;
  request.route.rtm_family = family;
  request.route.rtm_table = RT_TABLE_LOCAL;
  request.route.rtm_protocol = RTPROT_BOOT;
  request.route.rtm_scope = RT_SCOPE_HOST;
  request.route.rtm_type = RTN_LOCAL;
  request.attribute.rta_type = RTA_OIF;
  request.attribute.rta_len = RTA_LENGTH(sizeof request.interface);
  request.interface = ::if_nametoindex("lo");
  struct {
    struct nlmsghdr header;
    struct nlmsgerr error;
    char more[256];
  } answer = {};
  int error = 0;
  if (::send(netlink, &request, sizeof request, 0) < 0 ||
      ::recv(netlink, &answer, sizeof answer, 0) < 0) {
    error = errno;
  } else if (answer.header.nlmsg_type != NLMSG_ERROR) {
    error = EPROTO;
  } else {
    error = -answer.error.error;
  }
  ::close(netlink);
  errno = error;
  return error == 0;
}

int server(int domain, int type) {
  const int fd = ::socket(domain, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return -1;
  const int on = 1;
  struct sockaddr_storage address = {};
  socklen_t size = sizeof(struct sockaddr_in);
  if (domain == AF_INET6) {
    ::setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
    ::setsockopt(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, &on, sizeof on);
    size = sizeof(struct sockaddr_in6);
  } else {
    ::setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &on, sizeof on);
  }
  // Family and port stand at the same place in both; the address stays "any".
  address.ss_family = static_cast<sa_family_t>(domain);
  const std::uint16_t port = htons(kDnsPort);
  std::memcpy(reinterpret_cast<char*>(&address) + offsetof(struct sockaddr_in, sin_port), &port,
              sizeof port);
  if (::bind(fd, reinterpret_cast<struct sockaddr*>(&address), size) == 0 &&
      (type != SOCK_STREAM || ::listen(fd, kBacklog) == 0)) {
    return fd;
  }
  const int error = errno;
  ::close(fd);
  errno = error;
  return -1;
}

NetworkAnswer failed_at(NetworkStep step) { return {step, errno}; }

/// Says "port unreachable" to whoever asked a port that nobody listens at; hears nothing.
int unreachable_teller(int domain) {
  const int protocol = domain == AF_INET6 ? static_cast<int>(IPPROTO_ICMPV6) : IPPROTO_ICMP;
  const int fd = ::socket(domain, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol);
  if (fd < 0) return -1;
  const std::uint32_t everything[8] = {~0U, ~0U, ~0U, ~0U, ~0U, ~0U, ~0U, ~0U};
  if (domain == AF_INET6) {
    ::setsockopt(fd, IPPROTO_ICMPV6, ICMP6_FILTER, everything, sizeof everything);
  } else {
    ::setsockopt(fd, SOL_RAW, kIcmpFilter, everything, sizeof everything[0]);
  }
  return fd;
}

NetworkAnswer build(int (&sockets)[kMaxFds]) {
  const auto socket = [&](NetworkSocket which) -> int& { return sockets[static_cast<int>(which)]; };
  if (!enter_namespaces()) return failed_at(NetworkStep::namespaces);
  // Where only the rights are withheld (AppArmor on Ubuntu 24.04), it shows here.
  if (!raise_loopback()) return failed_at(NetworkStep::loopback);
  if (!route_all_home(AF_INET)) return failed_at(NetworkStep::routes);
  socket(NetworkSocket::udp4) = server(AF_INET, SOCK_DGRAM);
  socket(NetworkSocket::tcp4) = server(AF_INET, SOCK_STREAM);
  if (socket(NetworkSocket::udp4) < 0 || socket(NetworkSocket::tcp4) < 0) {
    return failed_at(NetworkStep::servers);
  }
  socket(NetworkSocket::icmp4) = unreachable_teller(AF_INET);
  if (!route_all_home(AF_INET6)) return {};
  socket(NetworkSocket::udp6) = server(AF_INET6, SOCK_DGRAM);
  socket(NetworkSocket::tcp6) = server(AF_INET6, SOCK_STREAM);
  socket(NetworkSocket::icmp6) = unreachable_teller(AF_INET6);
  return {};
}

NetworkAnswer watch(const NetworkRequest& request, int (&fds)[kMaxFds]) {
  // The number may be that of one of the two: both are moved out of its way first.
  const int above = request.fd + 1;
  const int epoll = ::fcntl(fds[0], F_DUPFD_CLOEXEC, above);
  const int socket = ::fcntl(fds[1], F_DUPFD_CLOEXEC, above);
  NetworkAnswer answer;
  struct epoll_event event = {};
  event.events = request.events;
  event.data.u64 = request.data;
  if (epoll < 0 || socket < 0 || ::dup2(socket, request.fd) < 0 ||
      ::epoll_ctl(epoll, EPOLL_CTL_ADD, request.fd, &event) != 0) {
    answer.error = errno;
  }
  ::close(epoll);
  ::close(socket);
  return answer;
}

void serve(int line) {
  for (;;) {
    NetworkRequest request;
    int fds[kMaxFds];
    const long size = receive_packet(line, &request, sizeof request, fds);
    if (size == 0 || (size < 0 && errno != EINTR)) return;
    if (size != static_cast<long>(sizeof request)) continue;
    NetworkAnswer answer;
    int made = -1;
    // The line has a number that no program's descriptor has: own_network() moved it.
    if (fds[1] >= 0 && request.fd >= 0 && request.fd < line) {
      answer = watch(request, fds);
      ::close(request.fd);
    } else if (fds[0] < 0) {
      made = ::socket(request.domain, request.type | SOCK_CLOEXEC, 0);
      if (made < 0) answer.error = errno;
    } else {
      answer.error = EINVAL;
    }
    for (const int fd : fds) {
      if (fd >= 0 && fd != request.fd) ::close(fd);
    }
    send_packet(line, &answer, sizeof answer, &made, made < 0 ? 0 : 1);
    ::close(made);
  }
}

}  // namespace

bool send_packet(int line, const void* bytes, std::size_t size, const int* fds, int count) {
  struct iovec part = {const_cast<void*>(bytes), size};
  Control control = {};
  struct msghdr message = {};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  if (count > 0) {
    const std::size_t length = sizeof(int) * static_cast<std::size_t>(count);
    message.msg_control = control.bytes;
    message.msg_controllen = CMSG_SPACE(length);
    struct cmsghdr* const head = CMSG_FIRSTHDR(&message);
    head->cmsg_level = SOL_SOCKET;
    head->cmsg_type = SCM_RIGHTS;
    head->cmsg_len = CMSG_LEN(length);
    std::memcpy(CMSG_DATA(head), fds, length);
  }
  ssize_t sent = -1;
  do {
    sent = ::sendmsg(line, &message, MSG_NOSIGNAL);
  } while (sent < 0 && errno == EINTR);
  return sent == static_cast<ssize_t>(size);
}

long receive_packet(int line, void* bytes, std::size_t size, int (&fds)[kMaxFds]) {
  for (int& fd : fds) fd = -1;
  struct iovec part = {bytes, size};
  Control control = {};
  struct msghdr message = {};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.bytes;
  message.msg_controllen = sizeof control.bytes;
  ssize_t got = -1;
  do {
    got = ::recvmsg(line, &message, MSG_CMSG_CLOEXEC);
  } while (got < 0 && errno == EINTR);
  if (got <= 0) return got;
  const struct cmsghdr* const head = CMSG_FIRSTHDR(&message);
  if (head != nullptr && head->cmsg_level == SOL_SOCKET && head->cmsg_type == SCM_RIGHTS) {
    std::memcpy(static_cast<int*>(fds), CMSG_DATA(head), head->cmsg_len - CMSG_LEN(0));
  }
  return got;
}

void own_network(int line) {
  // Out of the group of the command, and of its terminal's signals: it ends when hubward has.
  ::setsid();
  sigset_t all;
  ::sigfillset(&all);
  ::sigprocmask(SIG_SETMASK, &all, nullptr);
  ::prctl(PR_SET_NAME, "guard-network");
  // Nothing else stays open: not the command's pipes, whose readers wait for their end. The line
  // gets the highest number there is, so that those of watched descriptors are free.
  int made[kMaxFds] = {-1, -1, -1, -1, -1, -1};
  const long limit = std::clamp(::sysconf(_SC_OPEN_MAX), 64L, kMaxDescriptors);
  const int top = static_cast<int>(limit) - 2 * kMaxFds;
  const int moved = ::fcntl(line, F_DUPFD_CLOEXEC, top);
  const int kept = moved < 0 ? line : moved;
  ::close_range(0, static_cast<unsigned>(kept) - 1, 0);
  ::close_range(static_cast<unsigned>(kept) + 1, ~0U, 0);
  NetworkAnswer answer = build(made);
  int sent[kMaxFds];
  int count = 0;
  for (int i = 0; i < kMaxFds; ++i) {
    if (made[i] < 0) continue;
    sent[count++] = made[i];
    answer.sent |= 1U << static_cast<unsigned>(i);
  }
  send_packet(kept, &answer, sizeof answer, static_cast<const int*>(sent), count);
  for (const int fd : made) ::close(fd);
  if (answer.failed == NetworkStep::none) serve(kept);
  ::_exit(0);
}

}  // namespace hubward
