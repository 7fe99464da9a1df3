#include "runner/guard/known_hosts.h"

#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <netinet/in.h>

#include <cstring>

namespace hubward::test {
namespace {

std::vector<std::byte> raw(const char* text) {
  std::vector<std::byte> bytes(std::string_view(text).find(':') == std::string_view::npos ? 4 : 16);
  ::inet_pton(bytes.size() == 4 ? AF_INET : AF_INET6, text, bytes.data());
  return bytes;
}

std::string host_of(const KnownHosts& hosts, const char* text) {
  const std::vector<std::byte> bytes = raw(text);
  struct sockaddr_storage address = {};
  if (bytes.size() == 4) {
    struct sockaddr_in in = {};
    in.sin_family = AF_INET;
    std::memcpy(&in.sin_addr, bytes.data(), bytes.size());
    std::memcpy(&address, &in, sizeof in);
  } else {
    struct sockaddr_in6 in = {};
    in.sin6_family = AF_INET6;
    std::memcpy(&in.sin6_addr, bytes.data(), bytes.size());
    std::memcpy(&address, &in, sizeof in);
  }
  return hosts.host_of(reinterpret_cast<const struct sockaddr&>(address));
}

TEST(KnownHosts, AnAddressHasTheNameItWasLastTheAnswerFor) {
  KnownHosts hosts;
  hosts.learn({"huggingface.co", {raw("203.0.113.1"), raw("2001:db8::1")}});
  EXPECT_EQ(host_of(hosts, "203.0.113.1"), "huggingface.co");
  EXPECT_EQ(host_of(hosts, "2001:db8::1"), "huggingface.co");
  hosts.learn({"hf.co", {raw("203.0.113.1")}});
  EXPECT_EQ(host_of(hosts, "203.0.113.1"), "hf.co");
}

TEST(KnownHosts, AnIpv4AddressIsTheSameInEitherSpelling) {
  KnownHosts hosts;
  hosts.learn({"huggingface.co", {raw("203.0.113.1")}});
  EXPECT_EQ(host_of(hosts, "::ffff:203.0.113.1"), "huggingface.co");
}

TEST(KnownHosts, AnAddressThatWasNoAnswerHasNoName) {
  KnownHosts hosts;
  hosts.learn({"huggingface.co", {raw("203.0.113.1"), {}, std::vector<std::byte>(5)}});
  EXPECT_EQ(host_of(hosts, "203.0.113.2"), "");
  struct sockaddr_storage none = {};
  EXPECT_EQ(hosts.host_of(reinterpret_cast<const struct sockaddr&>(none)), "");
}

TEST(KnownHosts, TheOldestIsForgottenForOneMoreThanItHolds) {
  KnownHosts hosts;
  for (std::size_t i = 0; i <= KnownHosts::kMost; ++i) {
    std::vector<std::byte> address = raw("10.0.0.0");
    address[2] = static_cast<std::byte>(i >> 8U);
    address[3] = static_cast<std::byte>(i & 0xffU);
    hosts.learn({"a.example", {address}});
    EXPECT_EQ(host_of(hosts, "10.0.0.0") == "a.example", i < KnownHosts::kMost) << i;
  }
  EXPECT_EQ(host_of(hosts, "10.0.0.0"), "");
  EXPECT_EQ(host_of(hosts, "10.0.0.1"), "a.example");
}

}  // namespace
}  // namespace hubward::test
