#include "runner/hub/transport.h"

#include "tests/support/small_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/resource.h>

#include <cerrno>
#include <cstdlib>

namespace hubward::test {
namespace {

using testing::AnyOf;

class Heard : public Receiver {
 public:
  Take begins(const AnswerHead& answer) override {
    head = answer;
    return Take::go_on;
  }
  Take receives(std::span<const std::byte> bytes) override {
    body.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    return Take::go_on;
  }
  AnswerHead head;
  std::string body;
};

class TransportTest : public testing::Test {
 protected:
  void make(const std::vector<std::string>& environment = {}) {
    auto made = make_transport({.proxies = Proxies(environment)});
    ASSERT_TRUE(made);
    transport = std::move(*made);
  }
  Ended ask(const std::string& url, AddressReach reach) {
    heard = {};
    transport->start({.url = *Url::parse(url), .reach = reach, .headers = {}}, heard);
    for (int round = 0; round < 100; ++round) {
      const std::vector<Ended> ended = transport->wait(std::chrono::milliseconds(100));
      if (!ended.empty()) return ended.front();
    }
    ADD_FAILURE() << "it did not end";
    return {};
  }

  SmallServer server;
  std::unique_ptr<Transport> transport;
  Heard heard;
};

TEST_F(TransportTest, AnAnswerTellsThatItCameFromAPrivateAddress) {
  make();
  EXPECT_EQ(ask(server.at("127.0.0.1"), AddressReach::anywhere).end, TransferEnd::whole);
  EXPECT_EQ(heard.body, "ok");
  EXPECT_EQ(heard.head.peer, Peer::at_private_address);
}

// Names and spellings of which a look at the text alone would not tell where they lead.
TEST_F(TransportTest, ANameThatLeadsToThisMachineIsNotConnectedToWhereOnlyPublicAddressesMayBe) {
  make();
  for (const char* host : {"localhost", "127.1", "2130706433", "0x7f000001", "127.0.0.1"}) {
    const Ended ended = ask(server.at(host), AddressReach::public_addresses);
    EXPECT_EQ(ended.end, TransferEnd::refused) << host;
    EXPECT_THAT(ended.why, AnyOf("127.0.0.1", "::1")) << host;
  }
  EXPECT_EQ(server.connections(), 0);
}

TEST_F(TransportTest, AConnectionThatIsKeptIsNoWayAround) {
  make();
  EXPECT_EQ(ask(server.at("127.0.0.1"), AddressReach::anywhere).end, TransferEnd::whole);
  EXPECT_EQ(ask(server.at("127.0.0.1"), AddressReach::anywhere).end, TransferEnd::whole);
  ASSERT_EQ(server.connections(), 1);  // it is kept
  EXPECT_EQ(ask(server.at("127.0.0.1"), AddressReach::public_addresses).end, TransferEnd::refused);
  EXPECT_EQ(server.requests(), 2);
}

TEST_F(TransportTest, ThroughAProxyTheAddressIsTheProxysOwn) {
  make({"http_proxy=" + server.at("127.0.0.1")});
  EXPECT_EQ(ask("http://hub.example/", AddressReach::public_addresses).end, TransferEnd::whole);
  EXPECT_EQ(heard.head.peer, Peer::unknown);
}

TEST_F(TransportTest, AnExceptionFromTheProxyIsHeldToItsReach) {
  make({"http_proxy=http://127.0.0.1:1", "no_proxy=localhost"});
  EXPECT_EQ(ask(server.at("localhost"), AddressReach::public_addresses).end, TransferEnd::refused);
  EXPECT_EQ(ask(server.at("localhost"), AddressReach::anywhere).end, TransferEnd::whole);
}

TEST_F(TransportTest, WithoutADescriptorForASocketItSaysSo) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP()
      << "UBSan looks at an object through a pipe, for which there is no descriptor either";
#endif
  make();
  struct rlimit before = {};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  const struct rlimit none = {.rlim_cur = 0, .rlim_max = before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);
  const Ended ended = ask(server.at("127.0.0.1"), AddressReach::anywhere);
  ::setrlimit(RLIMIT_NOFILE, &before);
  EXPECT_EQ(ended.end, TransferEnd::starved);
  EXPECT_EQ(ended.sys_errno, EMFILE);
}

TEST_F(TransportTest, OnlyTheEnvironmentThatItIsGivenNamesAProxy) {
  ::setenv("http_proxy", "http://127.0.0.1:1", 1);  // NOLINT(concurrency-mt-unsafe): no other reads
  make();
  EXPECT_EQ(ask(server.at("127.0.0.1"), AddressReach::anywhere).end, TransferEnd::whole);
  ::setenv("no_proxy", "*", 1);  // NOLINT(concurrency-mt-unsafe): as above
  make({"http_proxy=" + server.at("127.0.0.1")});
  EXPECT_EQ(ask("http://hub.example/", AddressReach::anywhere).end, TransferEnd::whole);
  ::unsetenv("http_proxy");  // NOLINT(concurrency-mt-unsafe): as above
  ::unsetenv("no_proxy");    // NOLINT(concurrency-mt-unsafe): as above
}

}  // namespace
}  // namespace hubward::test
