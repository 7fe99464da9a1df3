#include "runner/guard/name_streams.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>

namespace hubward {
namespace {

// Two whole messages: beyond it a side is not read until the other has taken some.
constexpr std::size_t kMostHeld = 2 * (kMaxDnsMessage + 2);

using Bytes = std::vector<std::byte>;

/// Takes the first whole message out of what was received.
std::optional<Bytes> take_message(Bytes& in) {
  if (in.size() < 2) return std::nullopt;
  const std::size_t size =
      (std::to_integer<std::size_t>(in[0]) << 8U) | std::to_integer<std::size_t>(in[1]);
  if (in.size() < size + 2) return std::nullopt;
  const auto end = in.begin() + static_cast<std::ptrdiff_t>(size + 2);
  Bytes message(in.begin() + 2, end);
  in.erase(in.begin(), end);
  return message;
}

void put_message(Bytes& out, ByteView message) {
  out.push_back(static_cast<std::byte>(message.size() >> 8U));
  out.push_back(static_cast<std::byte>(message.size() & 0xffU));
  out.insert(out.end(), message.begin(), message.end());
}

}  // namespace

void NameStreams::add_polls(std::vector<struct pollfd>& polls) const {
  for (const Conversation& talk : talks_) {
    polls.push_back(poll_for(talk.client, talk.resolver));
    polls.push_back(poll_for(talk.resolver, talk.client));
  }
  for (const ServerSocket& socket : sockets_) {
    if (socket.is_stream && talks_.size() < kMost) polls.push_back({socket.fd.get(), POLLIN, 0});
  }
}

// One that nothing is wanted of is not looked at: a hangup would be told again and again.
struct pollfd NameStreams::poll_for(const Side& side, const Side& other) {
  int wishes = 0;
  if (!side.has_ended && side.in.size() + other.out.size() < kMostHeld) wishes |= POLLIN;
  if (!side.out.empty()) wishes |= POLLOUT;
  return {wishes == 0 ? -1 : side.fd.get(), static_cast<short>(wishes), 0};
}

void NameStreams::serve(std::span<const struct pollfd> polls, ServingTime now) {
  for (std::size_t i = 0; i < talks_.size(); ++i) {
    talk(talks_[i], polls[2 * i].revents, polls[2 * i + 1].revents, now);
  }
  std::erase_if(talks_,
                [now](const Conversation& talk) { return talk.is_over || talk.until <= now; });
  for (const ServerSocket& socket : sockets_) {
    if (socket.is_stream) accept_from(socket, now);
  }
}

void NameStreams::accept_from(const ServerSocket& socket, ServingTime now) {
  while (talks_.size() < kMost) {
    struct sockaddr_storage from = {};
    socklen_t size = sizeof from;
    UniqueFd fd(::accept4(socket.fd.get(), reinterpret_cast<struct sockaddr*>(&from), &size,
                          SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!fd.is_open()) return;
    Conversation talk;
    talk.port = {true, socket.family, port_of(from)};
    size = sizeof talk.address;
    if (socket.is_everywhere) {
      ::getsockname(fd.get(), reinterpret_cast<struct sockaddr*>(&talk.address), &size);
    }
    talk.client.fd = std::move(fd);
    talk.until = now + kPatience;
    talks_.push_back(std::move(talk));
  }
}

void NameStreams::talk(Conversation& talk, short client, short resolver, ServingTime now) {
  if (client != 0 || resolver != 0) talk.until = now + kPatience;
  const bool is_well =
      (client == 0 || receive(talk.client)) && (resolver == 0 || receive(talk.resolver));
  take_answers(talk);
  if (!is_well) {
    talk.is_over = true;
  } else {
    take_questions(talk);
  }
  if (!send(talk.client) || !send(talk.resolver)) talk.is_over = true;
  pass_ends_on(talk);
}

/// @return false when the connection is broken
bool NameStreams::receive(Side& side) {
  if (side.has_ended || !side.fd.is_open()) return true;
  std::array<std::byte, 16384> buffer;
  const ssize_t got = ::recv(side.fd.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
  if (got < 0) return errno == EAGAIN || errno == EINTR;
  if (got == 0) side.has_ended = true;
  side.in.insert(side.in.end(), buffer.begin(), buffer.begin() + got);
  return true;
}

/// @return false when the connection is broken
bool NameStreams::send(Side& side) {
  if (side.out.empty() || !side.fd.is_open()) return true;
  const ssize_t sent =
      ::send(side.fd.get(), side.out.data(), side.out.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  // ENOTCONN: it is still being connected.
  if (sent < 0) return errno == EAGAIN || errno == EINTR || errno == ENOTCONN;
  side.out.erase(side.out.begin(), side.out.begin() + sent);
  return true;
}

void NameStreams::take_questions(Conversation& talk) {
  while (const auto message = take_message(talk.client.in)) {
    auto program = serving_.ports->find(talk.port);
    if (talk.address.ss_family == AF_UNSPEC && program) talk.address = program->resolver;
    const auto question = parse_question(*message);
    const NameDecision decision =
        talk.address.ss_family == AF_UNSPEC
            ? NameDecision::no_such_name
            : serving_.decide({question ? std::string_view(question->host) : std::string_view(),
                               talk.address, program ? std::move(program->asker) : nullptr});
    if (decision == NameDecision::no_such_name) {
      const Bytes answer = question ? no_such_name(*message, *question) : not_understood(*message);
      if (answer.empty()) {
        talk.is_over = true;
        return;
      }
      put_message(talk.client.out, answer);
      continue;
    }
    if (!talk.resolver.fd.is_open()) talk.resolver.fd = connect_to(talk.address, SOCK_STREAM);
    if (!talk.resolver.fd.is_open()) {
      talk.is_over = true;
      return;
    }
    put_message(talk.resolver.out, *message);
  }
}

void NameStreams::take_answers(Conversation& talk) {
  while (const auto message = take_message(talk.resolver.in)) {
    if (const auto answer = parse_answer(*message)) {
      const auto program = serving_.ports->find(talk.port);
      serving_.hosts->learn(*answer, program ? program->asker.get() : nullptr);
    }
    put_message(talk.client.out, *message);
  }
}

void NameStreams::pass_ends_on(Conversation& talk) {
  Side& client = talk.client;
  Side& resolver = talk.resolver;
  if (client.has_ended && resolver.fd.is_open() && resolver.out.empty() && !resolver.was_told) {
    ::shutdown(resolver.fd.get(), SHUT_WR);
    resolver.was_told = true;
  }
  const bool nothing_comes = resolver.fd.is_open() ? resolver.has_ended : client.has_ended;
  if (nothing_comes && client.out.empty()) talk.is_over = true;
}

}  // namespace hubward
