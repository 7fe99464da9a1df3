#include "runner/guard/asked_address.h"

#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cstring>
#include <string>
#include <vector>

namespace hubward::test {
namespace {

using Bytes = std::vector<std::byte>;

template <class Address>
Bytes bytes_of(const Address& address) {
  const auto view = std::as_bytes(std::span(&address, 1));
  return {view.begin(), view.end()};
}

Bytes v4(const char* text, std::uint16_t port, std::uint16_t family = AF_INET) {
  sockaddr_in address = {};
  address.sin_family = family;
  address.sin_port = htons(port);
  EXPECT_EQ(::inet_pton(AF_INET, text, &address.sin_addr), 1) << text;
  return bytes_of(address);
}

Bytes v6(const char* text, std::uint16_t port) {
  sockaddr_in6 address = {};
  address.sin6_family = AF_INET6;
  address.sin6_port = htons(port);
  EXPECT_EQ(::inet_pton(AF_INET6, text, &address.sin6_addr), 1) << text;
  return bytes_of(address);
}

Reach reach(const Bytes& bytes, const Networks& allowed = {},
            AddressUse use = AddressUse::connect) {
  return judge_address(bytes, use, allowed).reach;
}

Networks networks(const std::vector<std::string>& texts) { return Networks(texts); }

TEST(AskedAddress, ThisMachineIsLoopbackAndTheUnspecifiedAddressInEverySpelling) {
  for (const char* text : {"127.0.0.1", "127.255.255.255", "127.0.0.53", "0.0.0.0"}) {
    EXPECT_EQ(reach(v4(text, 80)), Reach::loopback) << text;
  }
  for (const char* text : {"::1", "::", "::ffff:127.0.0.1", "::ffff:127.9.9.9", "::ffff:0.0.0.0"}) {
    EXPECT_EQ(reach(v6(text, 80)), Reach::loopback) << text;
  }
}

TEST(AskedAddress, EverythingElseLeavesTheMachine) {
  for (const char* text : {"192.0.2.1", "126.255.255.255", "128.0.0.0", "0.0.0.1", "10.0.0.1",
                           "224.0.0.251", "255.255.255.255"}) {
    EXPECT_EQ(reach(v4(text, 80)), Reach::off_machine) << text;
  }
  for (const char* text : {"2001:db8::1", "::2", "::ffff:192.0.2.1", "::ffff:126.0.0.1", "fe80::1",
                           "ff02::fb", "1::1", "::127.0.0.1"}) {
    EXPECT_EQ(reach(v6(text, 80)), Reach::off_machine) << text;
  }
}

TEST(AskedAddress, AnAddressIsReadWithItsPort) {
  const Target target = judge_address(v4("192.0.2.1", 443), AddressUse::connect, {});
  EXPECT_EQ(address_text(target), "192.0.2.1");
  EXPECT_EQ(target.port, 443);
  const Target wide = judge_address(v6("2001:db8::1", 65535), AddressUse::connect, {});
  EXPECT_EQ(address_text(wide), "2001:db8::1");
  EXPECT_EQ(wide.port, 65535);
  EXPECT_EQ(address_text(judge_address(v6("::ffff:192.0.2.1", 1), AddressUse::send, {})),
            "192.0.2.1");
}

TEST(AskedAddress, AnAllowedNetworkStays) {
  const Networks allowed = networks({"10.0.0.0/8", "2001:db8::/33", "192.0.2.1/32"});
  EXPECT_EQ(reach(v4("10.255.0.1", 1), allowed), Reach::allowed);
  EXPECT_EQ(reach(v6("::ffff:10.1.2.3", 1), allowed), Reach::allowed);
  EXPECT_EQ(reach(v4("11.0.0.0", 1), allowed), Reach::off_machine);
  EXPECT_EQ(reach(v4("192.0.2.1", 1), allowed), Reach::allowed);
  EXPECT_EQ(reach(v4("192.0.2.2", 1), allowed), Reach::off_machine);
  EXPECT_EQ(reach(v6("2001:db8:7fff::1", 1), allowed), Reach::allowed);
  EXPECT_EQ(reach(v6("2001:db8:8000::1", 1), allowed), Reach::off_machine);
}

TEST(AskedAddress, AllOfIpv6IsNotAllOfTheInternetAndTheOtherWayRound) {
  EXPECT_EQ(reach(v6("2001:db8::1", 1), networks({"::/0"})), Reach::allowed);
  EXPECT_EQ(reach(v4("192.0.2.1", 1), networks({"::/0"})), Reach::off_machine);
  EXPECT_EQ(reach(v6("::ffff:192.0.2.1", 1), networks({"::/0"})), Reach::off_machine);
  EXPECT_EQ(reach(v4("192.0.2.1", 1), networks({"::ffff:0:0/95"})), Reach::off_machine);
  EXPECT_EQ(reach(v4("192.0.2.1", 1), networks({"::ffff:0:0/96"})), Reach::allowed);
  EXPECT_EQ(reach(v4("192.0.2.1", 1), networks({"0.0.0.0/0"})), Reach::allowed);
  EXPECT_EQ(reach(v6("2001:db8::1", 1), networks({"0.0.0.0/0"})), Reach::off_machine);
}

// net/ipv4/udp.c: a datagram to AF_UNSPEC goes to the IPv4 address that stands there.
TEST(AskedAddress, NoFamilyDissolvesAConnectionAndIsAnAddressOfASend) {
  const Bytes bytes = v4("192.0.2.1", 9, AF_UNSPEC);
  EXPECT_EQ(reach(bytes, {}, AddressUse::connect), Reach::nowhere);
  EXPECT_EQ(reach(bytes, {}, AddressUse::send), Reach::off_machine);
  EXPECT_EQ(reach(v4("127.0.0.1", 9, AF_UNSPEC), {}, AddressUse::send), Reach::loopback);
}

TEST(AskedAddress, WhatIsTooShortForTheKernelGoesNowhere) {
  Bytes short_v4 = v4("192.0.2.1", 9);
  EXPECT_EQ(reach(Bytes()), Reach::nowhere);
  EXPECT_EQ(short_v4.size(), 16u);
  for (std::size_t size = 0; size < 16; ++size) {
    short_v4.resize(size);
    EXPECT_EQ(reach(short_v4), Reach::nowhere) << size;
    EXPECT_EQ(reach(short_v4, {}, AddressUse::send), Reach::nowhere) << size;
  }
  Bytes short_v6 = v6("2001:db8::1", 9);
  short_v6.resize(24);
  EXPECT_EQ(reach(short_v6), Reach::off_machine) << "RFC 2133: no scope";
  short_v6.resize(23);
  EXPECT_EQ(reach(short_v6), Reach::nowhere);
}

TEST(AskedAddress, UnixNetlinkAndTheKernelsCiphersAreThisMachine) {
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  std::strcpy(address.sun_path, "/run/nscd/socket");
  const Target target = judge_address(bytes_of(address), AddressUse::connect, {});
  EXPECT_EQ(target.reach, Reach::local);
  for (const std::uint16_t family : std::initializer_list<std::uint16_t>{AF_NETLINK, AF_ALG}) {
    EXPECT_EQ(reach(bytes_of(sockaddr_storage{.ss_family = family})), Reach::local) << family;
  }
}

TEST(AskedAddress, AUnixPathEndsAtItsNulAndAnAbstractNameBeginsWithOne) {
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  std::strcpy(address.sun_path, "/tmp/x");
  const Bytes path = bytes_of(address);
  EXPECT_EQ(judge_address(path, AddressUse::connect, {}).path, "/tmp/x");
  address.sun_path[0] = '\0';
  Bytes abstract = bytes_of(address);
  abstract.resize(offsetof(sockaddr_un, sun_path) + 6);
  EXPECT_EQ(judge_address(abstract, AddressUse::connect, {}).path, std::string_view("\0tmp/x", 6));
  abstract.resize(offsetof(sockaddr_un, sun_path));
  EXPECT_EQ(judge_address(abstract, AddressUse::connect, {}).path, "");
}

TEST(AskedAddress, AFamilyThatNobodyJudgedCountsAsLeaving) {
  const Target target =
      judge_address(bytes_of(sockaddr_storage{.ss_family = AF_VSOCK}), AddressUse::connect, {});
  EXPECT_EQ(target.reach, Reach::unknown);
  EXPECT_FALSE(target.stays());
  EXPECT_EQ(address_text(target), "a vsock socket");
  EXPECT_EQ(address_text(judge_address(bytes_of(sockaddr_storage{.ss_family = 63}),
                                       AddressUse::connect, {})),
            "a socket of family 63");
}

TEST(Networks, LeaveOutWhatIsNone) {
  const Networks odd =
      networks({"", "10.0.0.0", "10.0.0.0/", "10.0.0.0/33", "x/8", "::/129", "10.0.0.0/8x", "/8"});
  EXPECT_FALSE(odd.hold(*InternetAddress::parse("10.0.0.1")));
  EXPECT_FALSE(odd.hold(*InternetAddress::parse("::1")));
}

TEST(Networks, OfEveryLengthHoldWhatSharesTheirBits) {
  const auto address = InternetAddress::parse("255.255.255.255");
  for (unsigned bits = 0; bits <= 32; ++bits) {
    const std::uint32_t mask = bits == 0 ? 0 : ~std::uint32_t{0} << (32 - bits);
    const in_addr network = {htonl(mask)};
    const Networks one = networks({std::string(::inet_ntoa(network)) + "/" + std::to_string(bits)});
    EXPECT_TRUE(one.hold(*address)) << bits;
    if (bits == 0) continue;
    const in_addr other = {htonl(~(std::uint32_t{1} << (32 - bits)))};
    EXPECT_FALSE(one.hold(*InternetAddress::parse(::inet_ntoa(other)))) << bits;
  }
  EXPECT_FALSE(networks({"0.0.0.0/0"}).hold(*InternetAddress::parse("2001:db8::1")));
  EXPECT_TRUE(networks({"::/0"}).hold(*InternetAddress::parse("2001:db8::1")));
}

}  // namespace
}  // namespace hubward::test
