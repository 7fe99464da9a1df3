#include "runner/guard/name_policy.h"

#include <gtest/gtest.h>

namespace hubward::test {
namespace {

NameVerdict judged(GuardMode mode, std::string_view host, ResolverIs resolver) {
  return judge_name(mode, HubNames("", {"lan"}), host, resolver);
}

TEST(NamePolicy, ANameOfTheHubsIsAnAttemptWhoeverIsAsked) {
  for (const ResolverIs resolver : {ResolverIs::here, ResolverIs::elsewhere}) {
    const NameVerdict seen = judged(GuardMode::observe, "huggingface.co", resolver);
    EXPECT_TRUE(seen.is_attempt);
    EXPECT_FALSE(seen.is_refused);
    const NameVerdict refused = judged(GuardMode::enforce, "huggingface.co", resolver);
    EXPECT_TRUE(refused.is_attempt);
    EXPECT_TRUE(refused.is_refused);
  }
}

TEST(NamePolicy, AnotherNameIsOneWhenTheQuestionItselfLeavesTheMachine) {
  EXPECT_FALSE(judged(GuardMode::observe, "models.example", ResolverIs::here).is_attempt);
  EXPECT_FALSE(judged(GuardMode::enforce, "models.example", ResolverIs::here).is_refused);
  EXPECT_TRUE(judged(GuardMode::observe, "models.example", ResolverIs::elsewhere).is_attempt);
  EXPECT_FALSE(judged(GuardMode::observe, "models.example", ResolverIs::elsewhere).is_refused);
  EXPECT_TRUE(judged(GuardMode::enforce, "models.example", ResolverIs::elsewhere).is_refused);
}

TEST(NamePolicy, WhatIsNotOneQuestionIsAnAttemptWhoeverIsAsked) {
  for (const ResolverIs resolver : {ResolverIs::here, ResolverIs::elsewhere}) {
    EXPECT_TRUE(judged(GuardMode::observe, "", resolver).is_attempt);
    EXPECT_FALSE(judged(GuardMode::observe, "", resolver).is_refused);
    EXPECT_TRUE(judged(GuardMode::enforce, "", resolver).is_refused);
  }
}

TEST(NamePolicy, TheHostIsTheOneThatWasMeant) {
  EXPECT_EQ(judged(GuardMode::observe, "hf.co.lan", ResolverIs::here).host, "hf.co");
  EXPECT_EQ(judged(GuardMode::observe, "a.lan", ResolverIs::here).host, "a.lan");
}

}  // namespace
}  // namespace hubward::test
