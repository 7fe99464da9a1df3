#include "runner/doctor/online.h"

#include "tests/support/scripted_hub.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hubward::test {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::string kWhoami = "https://huggingface.co/api/whoami-v2";
const std::string kToken = "hf_" + std::string(34, 'a');

/// One question, and the answer to it.
struct Asked {
  std::string endpoint = "https://huggingface.co";
  std::string token = kToken;
  SetClock clock = {};

  OnlineFacts by(const ScriptedAnswer& answer, ScriptedHub* seen = nullptr) {
    ScriptedHub own(clock);
    ScriptedHub& hub = seen == nullptr ? own : *seen;
    hub.answer(endpoint + "/api/whoami-v2", answer);
    const std::vector<std::string> environment = {"HF_ENDPOINT=" + endpoint};
    auto chosen = choose_endpoint(
        {.environment = environment, .token = token.empty() ? std::nullopt : std::optional(token)});
    return ask_hub({.endpoint = *chosen, .has_token = !token.empty()}, hub, clock);
  }
};

TEST(Online, AnAcceptedTokenHasAnAccount) {
  Asked asked;
  ScriptedHub hub(asked.clock);
  const OnlineFacts facts = asked.by({.body = R"({"name":"me"})"}, &hub);
  EXPECT_EQ(facts.token, TokenAnswer::accepted);
  EXPECT_EQ(facts.account, "me");
  EXPECT_EQ(facts.exit_code, 0);
  EXPECT_EQ(facts.tls, TlsAnswer::trusted);
  EXPECT_FALSE(facts.is_mirror);
  ASSERT_EQ(hub.seen().size(), 1u);
  EXPECT_TRUE(hub.seen()[0].has("Authorization: Bearer " + kToken));
}

TEST(Online, WithoutATokenARefusalIsTheAnswerThatWasToBeExpected) {
  Asked asked{.token = ""};
  const OnlineFacts facts =
      asked.by({.status = 401,
                .headers = {"RateLimit: \"api\";r=7;t=55",
                            "RateLimit-Policy: \"fixed window\";\"api\";q=500;w=300"}});
  EXPECT_EQ(facts.token, TokenAnswer::none);
  EXPECT_EQ(facts.exit_code, 0);
  EXPECT_EQ(facts.what, "");
  ASSERT_TRUE(facts.left && facts.policy);
  EXPECT_EQ(facts.left->remaining, 7u);
  EXPECT_EQ(facts.policy->quota, 500u);
  EXPECT_THAT(facts.tier, HasSubstr("anonymous"));
}

TEST(Online, ARefusedTokenIs77AndIsNotRepeatedInWords) {
  Asked asked;
  const OnlineFacts facts = asked.by(
      {.status = 401, .headers = {"X-Error-Message: Invalid credentials in Authorization header"}});
  EXPECT_EQ(facts.token, TokenAnswer::refused);
  EXPECT_EQ(facts.exit_code, 77);
  EXPECT_THAT(facts.what, HasSubstr("Invalid credentials"));
  EXPECT_THAT(facts.what, Not(HasSubstr(kToken)));
}

TEST(Online, EveryEndHasACode) {
  EXPECT_EQ(Asked{}.by({.status = 429, .headers = {"RateLimit: \"api\";r=0;t=5"}}).exit_code, 75);
  EXPECT_EQ(Asked{}.by({.status = 503}).exit_code, 69);
  EXPECT_EQ(Asked{}.by({.status = 302, .headers = {"Location: https://x.example/"}}).exit_code, 69);
}

TEST(Online, AHubThatDoesNotAnswerIs69) {
  SetClock clock;
  ScriptedHub nobody(clock);
  const auto endpoint = choose_endpoint({});
  const OnlineFacts facts = ask_hub({.endpoint = *endpoint}, nobody, clock);
  EXPECT_FALSE(facts.is_reached);
  EXPECT_EQ(facts.exit_code, 69);
  EXPECT_NE(facts.what, "");
  EXPECT_EQ(facts.tls, TlsAnswer::unknown);
}

TEST(Online, ACertificateThatNobodyVouchesForIsSaid) {
  Asked asked;
  const OnlineFacts facts = asked.by({.status = 0, .end = TransferEnd::untrusted});
  EXPECT_EQ(facts.tls, TlsAnswer::untrusted);
}

TEST(Online, AMirrorThatKnowsNoAccountsSaysNothingOfTheToken) {
  Asked asked{.endpoint = "https://mirror.example"};
  const OnlineFacts facts = asked.by({.status = 404});
  EXPECT_TRUE(facts.is_mirror);
  EXPECT_EQ(facts.token, TokenAnswer::unknown);
  EXPECT_EQ(facts.exit_code, 0);
}

TEST(Online, TheClocksAreHeldAgainstEachOther) {
  Asked asked;
  // The set clock stands at 2023-11-14 22:13:20.
  const OnlineFacts facts =
      asked.by({.headers = {"Date: Tue, 14 Nov 2023 22:14:20 GMT"}, .body = "{}"});
  ASSERT_TRUE(facts.clock_ahead.has_value());
  EXPECT_EQ(facts.clock_ahead->count(), 60);
  EXPECT_FALSE(Asked{}.by({.headers = {"Date: yesterday"}, .body = "{}"}).clock_ahead);
}

TEST(Online, AnAccountsNameIsSafeForEyes) {
  Asked asked;
  EXPECT_EQ(asked.by({.body = "{\"name\":\"a\\u001b[31m\"}"}).account, "a\\x1b[31m");
  EXPECT_EQ(Asked{}.by({.body = "[1"}).account, "");
}

}  // namespace
}  // namespace hubward::test
