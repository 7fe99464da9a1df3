// How far a redirect may lead: nobody from outside sends us to what only we can reach.
#include "tests/unit/runner/hub/exchange_fixture.h"

#include <gmock/gmock.h>

namespace hubward::test {
namespace {

using testing::HasSubstr;

const char* const kStore = "https://cdn.example/f";

class ReachTest : public ExchangeTest {
 protected:
  void redirect(const std::string& from, const std::string& to, Peer peer) {
    hub.answer(from, {.status = 302, .headers = {"Location: " + to}, .peer = peer});
  }
  AddressReach reach_of_second() {
    ask(kFile);
    run();
    return hub.seen().at(1).reach;
  }
};

TEST_F(ReachTest, WhatTheUserNamedMayLieAnywhere) {
  hub.answer(kFile, {.body = "abc"});
  ask(kFile);
  run();
  EXPECT_EQ(hub.seen()[0].reach, AddressReach::anywhere);
}

TEST_F(ReachTest, AnotherHostThanAPublicOnesIsHeldToPublicAddresses) {
  hub.answer(kStore, {.body = "abc"});
  redirect(kFile, kStore, Peer::at_public_address);
  EXPECT_EQ(reach_of_second(), AddressReach::public_addresses);
}

TEST_F(ReachTest, BehindAProxyTheNameOfWhoSendsDecides) {
  hub.answer(kStore, {.body = "abc"});
  redirect(kFile, kStore, Peer::unknown);
  EXPECT_EQ(reach_of_second(), AddressReach::public_addresses);
}

TEST_F(ReachTest, AMirrorOfTheUsersOwnNetworkMaySendOnWithinIt) {
  hub.answer(kStore, {.body = "abc"});
  redirect(kFile, kStore, Peer::at_private_address);
  EXPECT_EQ(reach_of_second(), AddressReach::anywhere);
}

TEST_F(ReachTest, AMirrorOfTheUsersOwnNetworkMayNameAnAddressOfIt) {
  hub.answer("https://10.1.2.3/f", {.body = "abc"});
  redirect(kFile, "https://10.1.2.3/f", Peer::at_private_address);
  EXPECT_EQ(reach_of_second(), AddressReach::anywhere);
  EXPECT_TRUE(is_done());
}

TEST_F(ReachTest, TheSameHostKeepsTheReachThatItHad) {
  hub.answer("https://huggingface.co/g", {.body = "abc"});
  redirect(kFile, "/g", Peer::at_public_address);
  EXPECT_EQ(reach_of_second(), AddressReach::anywhere);
}

TEST_F(ReachTest, AStrangerMayNotWidenItBySendingToItself) {
  redirect(kFile, kStore, Peer::at_public_address);
  redirect(kStore, "/g", Peer::at_public_address);
  hub.answer("https://cdn.example/g", {.body = "abc"});
  ask(kFile);
  run();
  EXPECT_EQ(hub.seen().at(2).reach, AddressReach::public_addresses);
}

TEST_F(ReachTest, FromAPrivateHostOverAPublicOneNoWayLeadsBack) {
  redirect(kFile, kStore, Peer::at_private_address);
  redirect(kStore, "https://10.1.2.3/f", Peer::at_public_address);
  ask(kFile);
  EXPECT_THAT(run().what, HasSubstr("refused: a redirect from a public host"));
}

TEST_F(ReachTest, ANameThatLeadsInwardIsSaidWithItsAddressAndNotTriedAgain) {
  redirect(kFile, kStore, Peer::at_public_address);
  hub.answer(kStore, {.status = 0, .end = TransferEnd::refused});
  ask(kFile);
  const FetchFailure failure = run();
  EXPECT_EQ(failure.fault, FetchFault::bad_content);
  EXPECT_THAT(failure.what, HasSubstr("to a private one, to https://cdn.example/f, which is"));
  EXPECT_EQ(hub.seen().size(), 2u);
}

TEST_F(ReachTest, ARetryBeginsWithTheReachOfTheBeginning) {
  redirect(kFile, kStore, Peer::at_public_address);
  hub.answer(kStore, {.status = 503});
  hub.answer(kStore, {.body = "abc"});
  ask(kFile);
  run();
  EXPECT_EQ(hub.seen().at(2).url, kFile);
  EXPECT_EQ(hub.seen().at(2).reach, AddressReach::anywhere);
}

}  // namespace
}  // namespace hubward::test
