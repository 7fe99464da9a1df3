#include "runner/launch/environment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hubward {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::Not;
using testing::StartsWith;

const EnvironmentList kOfflineAlone = {"HF_HUB_OFFLINE=1",
                                       "TRANSFORMERS_OFFLINE=1",
                                       "HF_DATASETS_OFFLINE=1",
                                       "HF_HUB_DISABLE_XET=1",
                                       "HF_HUB_DISABLE_TELEMETRY=1",
                                       "HF_HUB_DISABLE_UPDATE_CHECK=1",
                                       "HF_HUB_DISABLE_IMPLICIT_TOKEN=1",
                                       "HUBWARD_MODE=offline"};

TEST(Environment, OfflineSetsTheEightVariablesOfTheContract) {
  EXPECT_EQ(environment_for({}, {.mode = Mode::offline}), kOfflineAlone);
}

TEST(Environment, OfflineRemovesWhatWouldAskForATokenOrAnotherHub) {
  const EnvironmentList inherited = {"HF_OIDC_RESOURCE=r", "HF_OIDC_ID_TOKEN=t",
                                     "HUGGINGFACE_CO_STAGING=1"};
  EXPECT_EQ(environment_for(inherited, {.mode = Mode::offline}), kOfflineAlone);
}

TEST(Environment, OnlineRemovesTheOfflineThreeAndTheTokenSwitchAndKeepsTheToken) {
  const EnvironmentList inherited = {"HF_HUB_OFFLINE=1",      "TRANSFORMERS_OFFLINE=1",
                                     "HF_DATASETS_OFFLINE=1", "HF_HUB_DISABLE_IMPLICIT_TOKEN=1",
                                     "HF_TOKEN=hf_secret",    "HF_HUB_DISABLE_XET=1"};
  EXPECT_THAT(environment_for(inherited, {.mode = Mode::online, .drop_token = true}),
              ElementsAre("HF_TOKEN=hf_secret", "HF_HUB_DISABLE_XET=1", "HUBWARD_MODE=online"));
}

TEST(Environment, WhatTheModeDoesNotNameKeepsItsBytesOrderAndDuplicates) {
  const EnvironmentList inherited = {"B=2",         "A=1", "no equals sign",   "B=3", "=odd",
                                     "\xff\xfe=\n", "",    "HF_HUB_OFFLINEX=0"};
  const EnvironmentList result = environment_for(inherited, {.mode = Mode::online});
  ASSERT_EQ(result.size(), inherited.size() + 1);
  EXPECT_TRUE(std::equal(inherited.begin(), inherited.end(), result.begin()));
  EXPECT_EQ(result.back(), "HUBWARD_MODE=online");
}

TEST(Environment, ASetNameKeepsItsFirstPlaceAndLosesItsDuplicates) {
  const EnvironmentList inherited = {"A=1", "HUBWARD_MODE=x", "B=2", "HUBWARD_MODE=y"};
  EXPECT_THAT(environment_for(inherited, {.mode = Mode::online}),
              ElementsAre("A=1", "HUBWARD_MODE=online", "B=2"));
}

TEST(Environment, RunEnvIsAppliedLast) {
  const EnvironmentList result =
      environment_for(std::vector<std::string>{"MY_FLAG=0"},
                      {.mode = Mode::online, .run_env = {{"MY_FLAG", "1"}, {"EMPTY", ""}}});
  EXPECT_THAT(result, ElementsAre("MY_FLAG=1", "HUBWARD_MODE=online", "EMPTY="));
}

TEST(Environment, DroppingTheTokenRemovesItFromAnOfflineCommand) {
  const EnvironmentList inherited = {"HF_TOKEN=hf_secret", "HUGGING_FACE_HUB_TOKEN=hf_old", "A=1"};
  EnvironmentList expected = {"A=1"};
  expected.insert(expected.end(), kOfflineAlone.begin(), kOfflineAlone.end());
  EXPECT_EQ(environment_for(inherited, {.mode = Mode::offline, .drop_token = true}), expected);
  EXPECT_THAT(environment_for(inherited, {.mode = Mode::offline}), Contains("HF_TOKEN=hf_secret"));
}

TEST(Environment, AChosenCacheIsToldByTheClientsOwnVariables) {
  const EnvironmentList result = environment_for(std::vector<std::string>{"HF_HUB_CACHE=/old"},
                                                 {.mode = Mode::online, .cache_dir = "/x/cache"});
  EXPECT_THAT(result, Contains("HF_HUB_CACHE=/x/cache"));
  EXPECT_THAT(result, Contains("HUGGINGFACE_HUB_CACHE=/x/cache"));
  EXPECT_THAT(result, Not(Contains(StartsWith("HF_HOME="))));
}

TEST(Environment, ACacheNamedHubIsToldByHfHomeTooForThoseWhoReadNothingElse) {
  const EnvironmentList result =
      environment_for({}, {.mode = Mode::offline, .cache_dir = "/x/hub"});
  EXPECT_THAT(result, Contains("HF_HOME=/x"));
  EXPECT_THAT(environment_for({}, {.mode = Mode::offline, .cache_dir = "/hub"}),
              Not(Contains(StartsWith("HF_HOME="))));
}

TEST(Environment, ChangesAreListedWithoutTheValuesOfSecrets) {
  const std::vector<std::string> lines = environment_changes(
      {.mode = Mode::offline, .drop_token = true, .run_env = {{"API_KEY", "k"}}});
  EXPECT_THAT(lines, Contains("HF_HUB_OFFLINE=1"));
  EXPECT_THAT(lines, Contains("HF_HUB_DISABLE_IMPLICIT_TOKEN=1"));
  EXPECT_THAT(lines, Contains("HF_TOKEN removed"));
  EXPECT_THAT(lines, Contains("API_KEY=***"));
}

TEST(Environment, TruthIsPythonsTruth) {
  for (const char* yes : {"1", "ON", "on", "yEs", "true", "TRUE"}) {
    EXPECT_TRUE(is_true_for_python(yes)) << yes;
  }
  for (const char* no : {"", "0", "true ", " 1", "y", "t", "2", "01", "enabled"}) {
    EXPECT_FALSE(is_true_for_python(no)) << no;
  }
}

TEST(Environment, TransformersOfflineCountsOnlyWhereTheHubsOwnSwitchIsUnsetOrEmpty) {
  using List = std::vector<std::string>;
  using testing::Optional;
  EXPECT_THAT(offline_variable(List{"HF_HUB_OFFLINE=1"}), Optional(std::string("HF_HUB_OFFLINE")));
  for (const List& list :
       {List{"TRANSFORMERS_OFFLINE=yes"}, List{"HF_HUB_OFFLINE=", "TRANSFORMERS_OFFLINE=1"}}) {
    EXPECT_THAT(offline_variable(list), Optional(std::string("TRANSFORMERS_OFFLINE")));
  }
  EXPECT_EQ(offline_variable(List{"HF_HUB_OFFLINE=0", "TRANSFORMERS_OFFLINE=1"}), std::nullopt);
  EXPECT_EQ(offline_variable(List{"HF_DATASETS_OFFLINE=1"}), std::nullopt);
  EXPECT_EQ(offline_variable({}), std::nullopt);
}

}  // namespace
}  // namespace hubward
