#include "runner/doctor/places.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hubward {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;
using enum DoctorClient;

CacheLocationRequest here(EnvironmentView variables) {
  CacheLocationRequest request;
  request.environment = std::move(variables);
  request.working_directory = "/project";
  return request;
}

std::string cache_of(DoctorClient client, EnvironmentView variables) {
  return place_of(client, here(std::move(variables))).cache;
}

OfflineState offline_of(DoctorClient client, EnvironmentView variables) {
  return place_of(client, here(std::move(variables))).offline;
}

TEST(Places, OneVariableSendsThemToThreeDirectories) {
  const EnvironmentView variables = {{"HOME", "/home/me"}, {"HF_HUB_CACHE", "/c"}};
  EXPECT_EQ(cache_of(huggingface_hub, variables), "/c");
  EXPECT_EQ(cache_of(hf_hub_1, variables), "/c");
  EXPECT_EQ(cache_of(js, variables), "/c");
  EXPECT_EQ(cache_of(hf_hub_0_new, variables), "/home/me/.cache/huggingface/hub");
  EXPECT_EQ(cache_of(hf_hub_0_from_env, variables), "/home/me/.cache/huggingface/hub");
}

TEST(Places, OnlyPythonExpandsATilde) {
  const EnvironmentView variables = {{"HOME", "/home/me"}, {"HF_HOME", "~/hf"}};
  EXPECT_EQ(cache_of(transformers, variables), "/home/me/hf/hub");
  EXPECT_EQ(cache_of(hf_hub_0_from_env, variables), "/project/~/hf/hub");
  EXPECT_EQ(cache_of(hf_hub_1, variables), "/project/~/hf/hub");
  EXPECT_EQ(cache_of(js, variables), "/project/~/hf/hub");
}

TEST(Places, AnEmptyHomeIsTheRootToSomeAndNothingToOthers) {
  const EnvironmentView variables = {{"HOME", ""}};
  EXPECT_EQ(cache_of(hf_hub_1, variables), "/.cache/huggingface/hub");
  EXPECT_EQ(cache_of(js, variables), "/project/.cache/huggingface/hub");
  EXPECT_EQ(cache_of(hf_hub_0_new, variables), "");
}

TEST(Places, WithoutHomeHfHub1UsesTmp) {
  EXPECT_EQ(cache_of(hf_hub_1, {}), "/tmp/.cache/huggingface/hub");
}

TEST(Places, AnEmptyVariableIsASetOne) {
  EXPECT_EQ(cache_of(js, {{"HOME", "/h"}, {"HF_HOME", ""}}), "/project/hub");
  EXPECT_EQ(cache_of(hf_hub_1, {{"HOME", "/h"}, {"HF_HUB_CACHE", ""}}), "/project");
}

TEST(Places, TheFlagOfHubwardMovesNoClient) {
  CacheLocationRequest request = here({{"HOME", "/h"}});
  request.flag = "/elsewhere";
  request.configured = "/elsewhere";
  request.client = CacheClient::hf_hub_0;
  EXPECT_EQ(place_of(huggingface_hub, request).cache, "/h/.cache/huggingface/hub");
}

TEST(Places, OnlyPythonCanBeToldToStayOffline) {
  const EnvironmentView variables = {{"HOME", "/h"}, {"HF_HUB_OFFLINE", "yes"}};
  EXPECT_EQ(offline_of(huggingface_hub, variables), OfflineState::on);
  EXPECT_EQ(offline_of(datasets, variables), OfflineState::on);
  for (const DoctorClient client : {hf_hub_0_new, hf_hub_0_from_env, hf_hub_1, js}) {
    EXPECT_EQ(offline_of(client, variables), OfflineState::deaf);
    EXPECT_EQ(offline_of(client, {{"HOME", "/h"}}), OfflineState::off);
  }
}

TEST(Places, TheOfflineVariablesOfPythonRankAsInItsSources) {
  EXPECT_EQ(offline_of(huggingface_hub, {{"HF_HUB_OFFLINE", "0"}, {"TRANSFORMERS_OFFLINE", "1"}}),
            OfflineState::off);
  EXPECT_EQ(offline_of(huggingface_hub, {{"HF_HUB_OFFLINE", ""}, {"TRANSFORMERS_OFFLINE", "1"}}),
            OfflineState::on);
  EXPECT_EQ(offline_of(huggingface_hub, {{"HF_HUB_OFFLINE", "true "}}), OfflineState::off);
  EXPECT_EQ(offline_of(datasets, {{"HF_HUB_OFFLINE", "1"}, {"HF_DATASETS_OFFLINE", ""}}),
            OfflineState::off);
  EXPECT_EQ(offline_of(huggingface_hub, {{"HF_DATASETS_OFFLINE", "1"}}), OfflineState::off);
}

TEST(Places, WhatIsSetAndNotReadIsNamed) {
  const ClientPlace rust =
      place_of(hf_hub_0_from_env, here({{"HOME", "/h"}, {"HF_HOME", "/x"}, {"HF_TOKEN", "t"}}));
  EXPECT_THAT(rust.reads, ElementsAre("HF_HOME"));
  EXPECT_THAT(rust.ignores, ElementsAre("HF_TOKEN"));
  const ClientPlace python =
      place_of(transformers, here({{"HOME", "/h"}, {"TRANSFORMERS_CACHE", "/x"}}));
  EXPECT_THAT(python.ignores, ElementsAre("TRANSFORMERS_CACHE"));
  EXPECT_THAT(python.reads, IsEmpty());
}

TEST(Places, TheEndpointIsWhatEachMakesOfIt) {
  const EnvironmentView variables = {{"HOME", "/h"}, {"HF_ENDPOINT", "https://m.example//"}};
  EXPECT_EQ(place_of(huggingface_hub, here(variables)).endpoint, "https://m.example");
  EXPECT_EQ(place_of(hf_hub_0_new, here(variables)).endpoint, "https://huggingface.co");
  EXPECT_EQ(place_of(js, here(variables)).endpoint, "https://huggingface.co");
}

TEST(Clients, EachReadsOnlyWhatIsWatchedAndNamesItsSource) {
  for (const ClientFacts& facts : client_table()) {
    EXPECT_THAT(facts.source, Not(IsEmpty()));
    for (const std::string_view name : facts.reads) {
      EXPECT_THAT(
          std::vector<std::string_view>(watched_variables().begin(), watched_variables().end()),
          Contains(name));
    }
  }
}

}  // namespace
}  // namespace hubward
