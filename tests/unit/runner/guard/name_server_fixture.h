// A resolver on loopback that says what it is told to, and a name server of hubward's before it.
#pragma once

#include "runner/guard/name_server.h"
#include "runner/guard/resolver_swap.h"

#include <gtest/gtest.h>

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace hubward::test {

using Bytes = std::vector<std::byte>;

inline Bytes bytes_of(std::string_view text) {
  Bytes bytes(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) bytes[i] = static_cast<std::byte>(text[i]);
  return bytes;
}

/// A question for the address of a name of one label.
inline Bytes question_for(std::string_view label, char id = 'i') {
  std::string text{id, 'd', 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, static_cast<char>(label.size())};
  text.append(label).append("\0\0\1\0\1", 5);
  return bytes_of(text);
}

/// The answer 203.0.113.1 to it.
inline Bytes answer_to(const Bytes& question) {
  Bytes answer = question;
  answer[2] = std::byte{0x81};
  answer[3] = std::byte{0x80};
  answer[7] = std::byte{1};
  const Bytes record = bytes_of(std::string_view("\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4\xcb\0\x71\1", 16));
  answer.insert(answer.end(), record.begin(), record.end());
  return answer;
}

inline struct sockaddr_storage name_of(int socket) {
  struct sockaddr_storage address = {};
  socklen_t size = sizeof address;
  EXPECT_EQ(::getsockname(socket, reinterpret_cast<struct sockaddr*>(&address), &size), 0);
  return address;
}

inline bool is_readable(int fd, int milliseconds = 3000) {
  struct pollfd readable = {fd, POLLIN, 0};
  return ::poll(&readable, 1, milliseconds) == 1;
}

inline Bytes received(int fd) {
  Bytes bytes(65536);
  if (!is_readable(fd)) return {};
  const ssize_t size = ::recv(fd, bytes.data(), bytes.size(), 0);
  bytes.resize(size < 0 ? 0 : static_cast<std::size_t>(size));
  return bytes;
}

class NameServerTest : public ::testing::Test {
 protected:
  NameServerTest() {
    for (const int type : {SOCK_DGRAM, SOCK_STREAM}) {
      UniqueFd socket(::socket(AF_INET, type | SOCK_CLOEXEC, 0));
      struct sockaddr_in address = {};
      address.sin_family = AF_INET;
      address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
      EXPECT_EQ(
          ::bind(socket.get(), reinterpret_cast<const struct sockaddr*>(&address), sizeof address),
          0);
      EXPECT_TRUE(type == SOCK_DGRAM || ::listen(socket.get(), 8) == 0);
      (type == SOCK_STREAM ? resolver_stream_ : resolver_) = std::move(socket);
    }
    server_.start();
  }

  /// A program's socket that was led to the name server in the resolver's place.
  UniqueFd client(int type, bool is_known = true) {
    UniqueFd socket(::socket(AF_INET, type | SOCK_CLOEXEC, 0));
    const bool is_stream = type == SOCK_STREAM;
    for (const ServerSocket& one : server_.sockets()) {
      if (one.is_stream != is_stream || one.family != AF_INET) continue;
      const struct sockaddr_storage address = name_of(one.fd.get());
      EXPECT_EQ(::connect(socket.get(), reinterpret_cast<const struct sockaddr*>(&address),
                          size_of(address)),
                0);
    }
    if (is_known) {
      ports_.put({is_stream, AF_INET, port_of(name_of(socket.get()))},
                 {nullptr, name_of(is_stream ? resolver_stream_.get() : resolver_.get())});
    }
    return socket;
  }

  UniqueFd resolver_;
  UniqueFd resolver_stream_;
  AskedPorts ports_;
  KnownHosts hosts_;
  NameServer server_{loopback_servers(), {&ports_, &hosts_, [](const NameQuestion& question) {
                                            return question.host == "hub"
                                                       ? NameDecision::no_such_name
                                                       : NameDecision::pass_on;
                                          }}};
};

}  // namespace hubward::test
