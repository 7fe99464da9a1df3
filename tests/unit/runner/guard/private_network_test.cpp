#include "runner/guard/private_network.h"

#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <cstdlib>
#include <cstring>
#include <string>

namespace hubward::test {
namespace {

std::unique_ptr<PrivateNetwork> made() {
  auto network = PrivateNetwork::make();
  if (network) return std::move(*network);
  EXPECT_EQ(std::getenv("CI"), nullptr) << network.error().where << ": " << network.error().what;
  return nullptr;
}

#define NETWORK_OR_SKIP(name)                          \
  const std::unique_ptr<PrivateNetwork> name = made(); \
  if (!(name)) GTEST_SKIP() << "no network namespace can be made here"

struct sockaddr_in v4(const char* text, std::uint16_t port) {
  struct sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  ::inet_pton(AF_INET, text, &address.sin_addr);
  return address;
}

const struct sockaddr* plain(const struct sockaddr_in& address) {
  return reinterpret_cast<const struct sockaddr*>(&address);
}

bool is_readable(int fd) {
  struct pollfd readable = {fd, POLLIN, 0};
  return ::poll(&readable, 1, 2000) == 1;
}

TEST(PrivateNetwork, WhatIsSentToAnyAddressArrivesAndIsAnsweredFromThere) {
  NETWORK_OR_SKIP(network);
  const PrivateNetwork::Servers servers = network->take_servers();
  for (const char* text : {"203.0.113.7", "8.8.8.8", "127.0.0.53", "10.0.0.2"}) {
    const auto client = network->socket(AF_INET, SOCK_DGRAM);
    ASSERT_TRUE(client);
    const struct sockaddr_in server = v4(text, 53);
    ASSERT_EQ(::connect(client->get(), plain(server), sizeof server), 0);
    ASSERT_EQ(::send(client->get(), text, std::strlen(text), 0),
              static_cast<ssize_t>(std::strlen(text)));
    ASSERT_TRUE(is_readable(servers.udp4.get()));
    char got[64];
    struct sockaddr_in asker = {};
    socklen_t size = sizeof asker;
    EXPECT_EQ(::recvfrom(servers.udp4.get(), got, sizeof got, 0,
                         reinterpret_cast<struct sockaddr*>(&asker), &size),
              static_cast<ssize_t>(std::strlen(text)));
  }
}

TEST(PrivateNetwork, IPv6IsAtHomeTooWhereTheMachineHasIt) {
  NETWORK_OR_SKIP(network);
  const PrivateNetwork::Servers servers = network->take_servers();
  if (!servers.udp6.is_open()) GTEST_SKIP() << "no IPv6";
  const auto client = network->socket(AF_INET6, SOCK_DGRAM);
  ASSERT_TRUE(client);
  struct sockaddr_in6 server = {};
  server.sin6_family = AF_INET6;
  server.sin6_port = htons(53);
  ::inet_pton(AF_INET6, "2001:db8::1", &server.sin6_addr);
  ASSERT_EQ(::connect(client->get(), reinterpret_cast<struct sockaddr*>(&server), sizeof server),
            0);
  ASSERT_EQ(::send(client->get(), "x", 1, 0), 1);
  EXPECT_TRUE(is_readable(servers.udp6.get()));
}

TEST(PrivateNetwork, TcpArrivesAtTheAddressThatWasAsked) {
  NETWORK_OR_SKIP(network);
  const PrivateNetwork::Servers servers = network->take_servers();
  const auto client = network->socket(AF_INET, SOCK_STREAM);
  ASSERT_TRUE(client);
  const struct sockaddr_in server = v4("198.51.100.1", 53);
  ASSERT_EQ(::connect(client->get(), plain(server), sizeof server), 0);
  ASSERT_TRUE(is_readable(servers.tcp4.get()));
  const UniqueFd accepted(::accept(servers.tcp4.get(), nullptr, nullptr));
  struct sockaddr_in own = {};
  socklen_t size = sizeof own;
  ASSERT_EQ(::getsockname(accepted.get(), reinterpret_cast<struct sockaddr*>(&own), &size), 0);
  EXPECT_EQ(own.sin_addr.s_addr, server.sin_addr.s_addr);
}

TEST(PrivateNetwork, ItKnowsItsOwnSocketsFromOthers) {
  NETWORK_OR_SKIP(network);
  const auto ours = network->socket(AF_INET, SOCK_STREAM);
  ASSERT_TRUE(ours);
  EXPECT_TRUE(network->owns(ours->get()));
  const UniqueFd other(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  EXPECT_FALSE(network->owns(other.get()));
  EXPECT_FALSE(network->owns(-1));
}

TEST(PrivateNetwork, NothingOfItReachesThisMachinesOwnServers) {
  NETWORK_OR_SKIP(network);
  const UniqueFd server(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  struct sockaddr_in address = v4("127.0.0.1", 0);
  ASSERT_EQ(::bind(server.get(), plain(address), sizeof address), 0);
  ASSERT_EQ(::listen(server.get(), 1), 0);
  socklen_t size = sizeof address;
  ::getsockname(server.get(), reinterpret_cast<struct sockaddr*>(&address), &size);
  const auto client = network->socket(AF_INET, SOCK_STREAM);
  ASSERT_TRUE(client);
  EXPECT_NE(::connect(client->get(), plain(address), sizeof address), 0);
}

TEST(PrivateNetwork, AnEpollOfThisProcessSeesASocketThatTakesTheNumberOfAnother) {
  NETWORK_OR_SKIP(network);
  const PrivateNetwork::Servers servers = network->take_servers();
  const UniqueFd first(::epoll_create1(EPOLL_CLOEXEC));
  const UniqueFd epoll(::fcntl(first.get(), F_DUPFD_CLOEXEC, 600));
  auto socket = network->socket(AF_INET, SOCK_DGRAM);
  ASSERT_TRUE(socket);
  socket = UniqueFd(::fcntl(socket->get(), F_DUPFD_CLOEXEC, 600));
  // High, low, and such that the other process needs it itself.
  for (const int number : {900, 3, 4, 5, 6, 7}) {
    const int saved = ::fcntl(number, F_DUPFD_CLOEXEC, 500);
    ASSERT_TRUE(network->watch({epoll.get(), number, EPOLLOUT, 42}, socket->get()));
    EXPECT_FALSE(network->watch({epoll.get(), number, EPOLLOUT, 42}, socket->get()))
        << "watched already";
    ::dup3(socket->get(), number, O_CLOEXEC);
    struct epoll_event event = {};
    EXPECT_EQ(::epoll_wait(epoll.get(), &event, 1, 2000), 1) << number;
    EXPECT_EQ(event.data.u64, 42u);
    EXPECT_EQ(::epoll_ctl(epoll.get(), EPOLL_CTL_DEL, number, nullptr), 0) << number;
    if (saved >= 0) {
      ::dup3(saved, number, O_CLOEXEC);
      ::close(saved);
    } else {
      ::close(number);
    }
  }
}

TEST(PrivateNetwork, ItsProcessEndsWithIt) {
  NETWORK_OR_SKIP(network);
  const pid_t before = ::waitpid(-1, nullptr, WNOHANG);
  EXPECT_EQ(before, 0) << "it lives";
  const_cast<std::unique_ptr<PrivateNetwork>&>(network).reset();
  EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1) << "it has ended and was waited for";
}

}  // namespace
}  // namespace hubward::test
