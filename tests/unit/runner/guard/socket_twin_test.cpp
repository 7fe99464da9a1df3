#include "runner/guard/socket_twin.h"

#include "verifier/cache/unique_fd.h"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>

namespace hubward::test {
namespace {

UniqueFd made(int domain, int type) { return UniqueFd(::socket(domain, type | SOCK_CLOEXEC, 0)); }

int option(int socket, int level, int name) {
  int value = -1;
  socklen_t size = sizeof value;
  EXPECT_EQ(::getsockopt(socket, level, name, &value, &size), 0);
  return value;
}

TEST(SocketTwin, OnlyUdpAndTcpOfTheInternetHaveOne) {
  const auto kind = kind_of(made(AF_INET6, SOCK_STREAM).get());
  ASSERT_TRUE(kind);
  EXPECT_EQ(kind->domain, AF_INET6);
  EXPECT_EQ(kind->type, SOCK_STREAM);
  EXPECT_TRUE(kind_of(made(AF_INET, SOCK_DGRAM).get()));
  EXPECT_FALSE(kind_of(made(AF_UNIX, SOCK_DGRAM).get()));
  EXPECT_FALSE(kind_of(UniqueFd(::socket(AF_INET, SOCK_DGRAM, IPPROTO_UDPLITE)).get()));
  EXPECT_FALSE(kind_of(-1));
}

TEST(SocketTwin, WhatTheProgramHasSetIsSetInTheTwin) {
  const UniqueFd original = made(AF_INET, SOCK_DGRAM);
  const int on = 1;
  const int hops = 7;
  const int small = 20000;
  const struct timeval wait = {3, 500000};
  ::setsockopt(original.get(), IPPROTO_IP, IP_RECVERR, &on, sizeof on);
  ::setsockopt(original.get(), IPPROTO_IP, IP_TTL, &hops, sizeof hops);
  ::setsockopt(original.get(), SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
  ::setsockopt(original.get(), SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
  ::fcntl(original.get(), F_SETFL, O_NONBLOCK);
  const UniqueFd twin = made(AF_INET, SOCK_DGRAM);
  copy_options(original.get(), twin.get());
  EXPECT_EQ(option(twin.get(), IPPROTO_IP, IP_RECVERR), 1);
  EXPECT_EQ(option(twin.get(), IPPROTO_IP, IP_TTL), 7);
  EXPECT_EQ(option(twin.get(), SOL_SOCKET, SO_RCVBUF),
            option(original.get(), SOL_SOCKET, SO_RCVBUF));
  struct timeval has = {};
  socklen_t size = sizeof has;
  ::getsockopt(twin.get(), SOL_SOCKET, SO_RCVTIMEO, &has, &size);
  EXPECT_EQ(has.tv_sec, 3);
  EXPECT_EQ(has.tv_usec, 500000);
  EXPECT_NE(::fcntl(twin.get(), F_GETFL) & O_NONBLOCK, 0);
}

TEST(SocketTwin, ItIsBoundBeforeItIsUsed) {
  const UniqueFd original = made(AF_INET, SOCK_DGRAM);
  const UniqueFd twin = made(AF_INET, SOCK_DGRAM);
  const auto port = bind_like(original.get(), twin.get(), {AF_INET, SOCK_DGRAM});
  ASSERT_TRUE(port);
  EXPECT_NE(port->port, 0);
  EXPECT_FALSE(port->is_stream);
  struct sockaddr_storage address = {};
  socklen_t size = sizeof address;
  ::getsockname(twin.get(), reinterpret_cast<struct sockaddr*>(&address), &size);
  EXPECT_EQ(port_of(address), port->port);
}

TEST(SocketTwin, APortThatIsTakenIsReplacedByAFreeOne) {
  const UniqueFd original = made(AF_INET6, SOCK_DGRAM);
  struct sockaddr_in6 any = {};
  any.sin6_family = AF_INET6;
  ASSERT_EQ(::bind(original.get(), reinterpret_cast<struct sockaddr*>(&any), sizeof any), 0);
  const UniqueFd twin = made(AF_INET6, SOCK_DGRAM);
  const auto port = bind_like(original.get(), twin.get(), {AF_INET6, SOCK_DGRAM});
  ASSERT_TRUE(port);
  struct sockaddr_storage taken = {};
  socklen_t size = sizeof taken;
  ::getsockname(original.get(), reinterpret_cast<struct sockaddr*>(&taken), &size);
  EXPECT_NE(port->port, port_of(taken));
}

TEST(AskedPorts, APortBelongsToWhoHasGotItLastAndIpv4IsSeenOfBothFamilies) {
  AskedPorts ports;
  AskingProgram first;
  first.resolver.ss_family = AF_INET;
  AskingProgram second;
  second.resolver.ss_family = AF_INET6;
  ports.put({false, AF_INET6, 4000}, first);
  EXPECT_TRUE(ports.find({false, AF_INET6, 4000}));
  EXPECT_TRUE(ports.find({false, AF_INET, 4000})) << "a socket of IPv6 that speaks to IPv4";
  EXPECT_FALSE(ports.find({true, AF_INET6, 4000}));
  EXPECT_FALSE(ports.find({false, AF_INET6, 4001}));
  ports.put({false, AF_INET, 4000}, second);
  EXPECT_EQ(ports.find({false, AF_INET, 4000})->resolver.ss_family, AF_INET6);
  ports.put({false, AF_INET, 4000}, first);
  EXPECT_EQ(ports.find({false, AF_INET, 4000})->resolver.ss_family, AF_INET);
}

}  // namespace
}  // namespace hubward::test
