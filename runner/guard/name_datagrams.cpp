#include "runner/guard/name_datagrams.h"

#include "runner/guard/port_unreachable.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace hubward {
namespace {

constexpr std::uint16_t kDnsPort = 53;
// In one round, so that neither half starves the other.
constexpr int kMostAtOnce = 64;

union Control {
  struct cmsghdr align;
  char bytes[128];
};
static_assert(sizeof(Control) >= CMSG_SPACE(sizeof(struct in6_pktinfo)));

/// Where a datagram was sent to.
bool destination_of(struct msghdr& message, struct sockaddr_storage& resolver) {
  for (struct cmsghdr* part = CMSG_FIRSTHDR(&message); part != nullptr;
       part = CMSG_NXTHDR(&message, part)) {
    if (part->cmsg_level == IPPROTO_IP && part->cmsg_type == IP_PKTINFO) {
      struct in_pktinfo info = {};
      std::memcpy(&info, CMSG_DATA(part), sizeof info);
      struct sockaddr_in address = {};
      address.sin_family = AF_INET;
      address.sin_port = htons(kDnsPort);
      address.sin_addr = info.ipi_addr;
      std::memcpy(&resolver, &address, sizeof address);
      return true;
    }
    if (part->cmsg_level == IPPROTO_IPV6 && part->cmsg_type == IPV6_PKTINFO) {
      struct in6_pktinfo info = {};
      std::memcpy(&info, CMSG_DATA(part), sizeof info);
      struct sockaddr_in6 address = {};
      address.sin6_family = AF_INET6;
      address.sin6_port = htons(kDnsPort);
      address.sin6_addr = info.ipi6_addr;
      std::memcpy(&resolver, &address, sizeof address);
      return true;
    }
  }
  return false;
}

template <class Info>
void put_source(struct msghdr& message, Control& control, int level, int type, const Info& info) {
  message.msg_control = control.bytes;
  message.msg_controllen = CMSG_SPACE(sizeof info);
  struct cmsghdr* const head = CMSG_FIRSTHDR(&message);
  head->cmsg_level = level;
  head->cmsg_type = type;
  head->cmsg_len = CMSG_LEN(sizeof info);
  std::memcpy(CMSG_DATA(head), &info, sizeof info);
}

/// The answer comes from the address that was asked: programs look.
void send_from(const struct sockaddr_storage& resolver, struct msghdr& message, Control& control) {
  if (resolver.ss_family == AF_INET6) {
    struct sockaddr_in6 address = {};
    std::memcpy(&address, &resolver, sizeof address);
    struct in6_pktinfo info = {};
    info.ipi6_addr = address.sin6_addr;
    return put_source(message, control, IPPROTO_IPV6, IPV6_PKTINFO, info);
  }
  struct sockaddr_in address = {};
  std::memcpy(&address, &resolver, sizeof address);
  struct in_pktinfo info = {};
  info.ipi_spec_dst = address.sin_addr;
  put_source(message, control, IPPROTO_IP, IP_PKTINFO, info);
}

}  // namespace

NameDatagrams::NameDatagrams(std::span<const ServerSocket> sockets, const NameServing& serving)
    : sockets_(sockets), serving_(serving), buffer_(kMaxDnsMessage) {}

void NameDatagrams::add_polls(std::vector<struct pollfd>& polls) const {
  for (const Waiting& waiting : waiting_) polls.push_back({waiting.resolver.get(), POLLIN, 0});
  for (const ServerSocket& socket : sockets_) {
    if (!socket.is_stream) polls.push_back({socket.fd.get(), POLLIN, 0});
  }
}

void NameDatagrams::serve(std::span<const struct pollfd> polls, ServingTime now) {
  std::vector<Waiting> still;
  for (std::size_t i = 0; i < waiting_.size(); ++i) {
    if (polls[i].revents != 0 && answer_arrived(waiting_[i])) continue;
    if (waiting_[i].until > now) still.push_back(std::move(waiting_[i]));
  }
  waiting_ = std::move(still);
  for (const ServerSocket& socket : sockets_) {
    if (socket.is_stream) continue;
    for (int i = 0; i < kMostAtOnce; ++i) {
      Client client;
      std::size_t size = 0;
      if (!receive(socket, client, size)) break;
      if (client.resolver.ss_family == AF_UNSPEC) continue;
      answer_question(client, ByteView(buffer_).first(size), now);
    }
  }
}

/// @return false when there is nothing; `client.resolver` stays empty for one that is not known
bool NameDatagrams::receive(const ServerSocket& server, Client& client, std::size_t& size) {
  struct iovec part = {buffer_.data(), buffer_.size()};
  Control control = {};
  struct msghdr message = {};
  message.msg_name = &client.address;
  message.msg_namelen = sizeof client.address;
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.bytes;
  message.msg_controllen = sizeof control.bytes;
  const ssize_t got = ::recvmsg(server.fd.get(), &message, MSG_DONTWAIT);
  if (got < 0) return false;
  client.server = &server;
  size = static_cast<std::size_t>(got);
  if (server.is_everywhere) {
    destination_of(message, client.resolver);
  } else if (const auto program =
                 serving_.ports->find({false, server.family, port_of(client.address)})) {
    client.resolver = program->resolver;
  }
  return true;
}

void NameDatagrams::answer_question(const Client& client, ByteView message, ServingTime now) {
  const auto question = parse_question(message);
  auto program = serving_.ports->find({false, client.server->family, port_of(client.address)});
  auto asker = program ? std::move(program->asker) : nullptr;
  const NameDecision decision = serving_.decide(
      {question ? std::string_view(question->host) : std::string_view(), client.resolver, asker});
  if (decision == NameDecision::no_such_name) {
    return send(client, question ? no_such_name(message, *question) : not_understood(message));
  }
  Waiting waiting{
      client, connect_to(client.resolver, SOCK_DGRAM), {}, std::move(asker), now + kPatience};
  if (question) waiting.failure = server_failed(message, *question);
  if (!waiting.resolver.is_open() ||
      ::send(waiting.resolver.get(), message.data(), message.size(), MSG_NOSIGNAL) < 0) {
    return send(client, waiting.failure);
  }
  if (waiting_.size() == kMost) waiting_.erase(waiting_.begin());
  waiting_.push_back(std::move(waiting));
}

/// @return whether the client has been told
bool NameDatagrams::answer_arrived(Waiting& waiting) {
  const ssize_t got = ::recv(waiting.resolver.get(), buffer_.data(), buffer_.size(), MSG_DONTWAIT);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return false;
  // A port without a server says so at once, and the program hears something at once too.
  if (got < 0) {
    const bool nobody_listens = errno == ECONNREFUSED;
    if (!nobody_listens || !say_unreachable(waiting.client)) send(waiting.client, waiting.failure);
    return true;
  }
  const ByteView message = ByteView(buffer_).first(static_cast<std::size_t>(got));
  if (const auto answer = parse_answer(message))
    serving_.hosts->learn(*answer, waiting.asker.get());
  send(waiting.client, message);
  return true;
}

/// As the machine of a server that is not there would say it.
bool NameDatagrams::say_unreachable(const Client& client) {
  const std::vector<std::byte> message = port_unreachable(client.address, client.resolver);
  struct sockaddr_storage to = client.address;
  // A raw socket has no ports; IPv6 refuses any.
  set_port(to, 0);
  return client.server->icmp.is_open() &&
         ::sendto(client.server->icmp.get(), message.data(), message.size(),
                  MSG_DONTWAIT | MSG_NOSIGNAL, reinterpret_cast<const struct sockaddr*>(&to),
                  size_of(to)) >= 0;
}

void NameDatagrams::send(const Client& client, ByteView message) {
  if (message.empty()) return;
  struct sockaddr_storage to = client.address;
  struct iovec part = {const_cast<std::byte*>(message.data()), message.size()};
  Control control = {};
  struct msghdr header = {};
  header.msg_name = &to;
  header.msg_namelen = size_of(to);
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  if (client.server->is_everywhere) send_from(client.resolver, header, control);
  ::sendmsg(client.server->fd.get(), &header, MSG_DONTWAIT | MSG_NOSIGNAL);
}

}  // namespace hubward
