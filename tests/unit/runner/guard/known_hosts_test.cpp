#include "runner/guard/known_hosts.h"

#include "runner/guard/asker.h"

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

std::string host_of(const KnownHosts& hosts, const char* text, const Asker* asker = nullptr) {
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
  return hosts.host_of(reinterpret_cast<const struct sockaddr&>(address), asker);
}

TEST(KnownHosts, AnAddressHasTheNameItWasLastTheAnswerFor) {
  KnownHosts hosts;
  hosts.learn({"huggingface.co", {raw("203.0.113.1"), raw("2001:db8::1")}}, nullptr);
  EXPECT_EQ(host_of(hosts, "203.0.113.1"), "huggingface.co");
  EXPECT_EQ(host_of(hosts, "2001:db8::1"), "huggingface.co");
  hosts.learn({"hf.co", {raw("203.0.113.1")}}, nullptr);
  EXPECT_EQ(host_of(hosts, "203.0.113.1"), "hf.co");
}

TEST(KnownHosts, OfTwoNamesOfAnAddressItIsTheOneThatTheProcessOrItsNearestParentAskedFor) {
  KnownHosts hosts;
  const Asker one{.pid = 1};
  const Asker two{.pid = 2};
  hosts.learn({"one.example", {raw("203.0.113.1")}}, &one);
  hosts.learn({"two.example", {raw("203.0.113.1")}}, &two);
  EXPECT_EQ(host_of(hosts, "203.0.113.1", &one), "one.example");
  EXPECT_EQ(host_of(hosts, "203.0.113.1", &two), "two.example");
  const Asker child{.pid = 4, .chain = {{3, "sh"}, {1, "rake"}, {2, "make"}}};
  EXPECT_EQ(host_of(hosts, "203.0.113.1", &child), "one.example");
  const Asker stranger{.pid = 5, .chain = {{6, "sh"}}};
  EXPECT_EQ(host_of(hosts, "203.0.113.1", &stranger), "two.example");
  hosts.learn({"again.example", {raw("203.0.113.1")}}, &one);
  EXPECT_EQ(host_of(hosts, "203.0.113.1", &one), "again.example");
  EXPECT_EQ(host_of(hosts, "203.0.113.1"), "again.example");
}

TEST(KnownHosts, OfAskersTheOneOfLongestAgoIsForgottenForOneMoreThanItHolds) {
  KnownHosts hosts;
  const Asker first{.pid = 1};
  for (pid_t pid = 1; pid <= static_cast<pid_t>(KnownHosts::kMostAskers) + 1; ++pid) {
    const Asker asker{.pid = pid};
    hosts.learn({"h" + std::to_string(pid), {raw("203.0.113.1")}}, &asker);
    EXPECT_EQ(host_of(hosts, "203.0.113.1", &first),
              pid > static_cast<pid_t>(KnownHosts::kMostAskers) ? "h17" : "h1");
  }
}

TEST(KnownHosts, AnIpv4AddressIsTheSameInEitherSpelling) {
  KnownHosts hosts;
  hosts.learn({"huggingface.co", {raw("203.0.113.1")}}, nullptr);
  EXPECT_EQ(host_of(hosts, "::ffff:203.0.113.1"), "huggingface.co");
}

TEST(KnownHosts, AnAddressThatWasNoAnswerHasNoName) {
  KnownHosts hosts;
  hosts.learn({"huggingface.co", {raw("203.0.113.1"), {}, std::vector<std::byte>(5)}}, nullptr);
  EXPECT_EQ(host_of(hosts, "203.0.113.2"), "");
  struct sockaddr_storage none = {};
  EXPECT_EQ(hosts.host_of(reinterpret_cast<const struct sockaddr&>(none), nullptr), "");
}

TEST(KnownHosts, TheOldestIsForgottenForOneMoreThanItHolds) {
  KnownHosts hosts;
  for (std::size_t i = 0; i <= KnownHosts::kMost; ++i) {
    std::vector<std::byte> address = raw("10.0.0.0");
    address[2] = static_cast<std::byte>(i >> 8U);
    address[3] = static_cast<std::byte>(i & 0xffU);
    hosts.learn({"a.example", {address}}, nullptr);
    EXPECT_EQ(host_of(hosts, "10.0.0.0") == "a.example", i < KnownHosts::kMost) << i;
  }
  EXPECT_EQ(host_of(hosts, "10.0.0.0"), "");
  EXPECT_EQ(host_of(hosts, "10.0.0.1"), "a.example");
}

}  // namespace
}  // namespace hubward::test
