#include "runner/doctor/ci.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hubward {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

/// What is told of one environment.
struct Job {
  EnvironmentView environment;
  std::vector<UsedClient> used = {};
  std::string event = {};
  std::string cache = "/h/.cache/huggingface/hub";
  bool has_token_file = false;

  std::vector<std::string> hints() const {
    CacheLocationRequest here;
    here.environment = environment;
    here.environment.emplace("HOME", "/h");
    here.working_directory = "/project";
    const std::vector<ClientPlace> places = all_places(here);
    std::vector<SentToken> tokens;
    for (const ClientPlace& place : places) {
      tokens.push_back(token_of(place.client, here, place.cache, [&](const std::string&) {
        return has_token_file ? std::optional(SecretFile{"hf_x"}) : std::nullopt;
      }));
    }
    std::vector<std::string> ids;
    for (const CiHint& hint : ci_hints({.environment = &here.environment,
                              .cache = cache,
                              .places = places,
                              .tokens = tokens,
                              .used = used,
                              .event = event})) {
      ids.emplace_back(hint.id);
    }
    return ids;
  }
};

const char* const kFork =
    R"({"pull_request":{"head":{"repo":{"full_name":"o/x"}},"base":{"repo":{"full_name":"m/x"}}}})";
const char* const kOwn =
    R"({"pull_request":{"head":{"repo":{"full_name":"m/x"}},"base":{"repo":{"full_name":"m/x"}}}})";
const char* const kDeletedFork =
    R"({"pull_request":{"head":{"repo":null},"base":{"repo":{"full_name":"m/x"}}}})";

TEST(Ci, AForkIsAPullRequestFromAnotherRepository) {
  EXPECT_EQ(is_from_fork(kFork), true);
  EXPECT_EQ(is_from_fork(kOwn), false);
  EXPECT_EQ(is_from_fork(kDeletedFork), true);
  EXPECT_EQ(is_from_fork(R"({"ref":"refs/heads/main"})"), false);
  EXPECT_EQ(is_from_fork(""), std::nullopt);
  EXPECT_EQ(is_from_fork("{"), std::nullopt);
}

TEST(Ci, WhyThereIsNoTokenIsTold) {
  EXPECT_THAT((Job{.environment = {{"GITHUB_ACTIONS", "true"}}, .event = kFork}.hints()),
              Contains("token-of-fork"));
  EXPECT_THAT((Job{.environment = {{"GITHUB_ACTIONS", "true"}, {"HF_TOKEN", ""}}}.hints()),
              Contains("token-empty"));
  EXPECT_THAT((Job{.environment = {{"CI", "true"}}}.hints()), Contains("token-not-passed"));
  EXPECT_THAT((Job{.environment = {{"CI", "true"}}, .has_token_file = true}.hints()), IsEmpty());
  EXPECT_THAT(Job{}.hints(), IsEmpty());
}

TEST(Ci, GitLabStoresOnlyWhatLiesInTheProject) {
  const EnvironmentView gitlab = {
      {"GITLAB_CI", "true"}, {"CI_PROJECT_DIR", "/builds/x"}, {"HF_TOKEN", "hf_x"}};
  EXPECT_THAT((Job{.environment = gitlab}.hints()), Contains("cache-outside-project"));
  EXPECT_THAT((Job{.environment = gitlab, .cache = "/builds/x/hf/hub"}.hints()),
              Not(Contains("cache-outside-project")));
  EXPECT_THAT((Job{.environment = gitlab, .cache = "/builds/xy/hub"}.hints()),
              Contains("cache-outside-project"));
}

TEST(Ci, ARustExtensionInUseIsDeafToHfHomeAndToken) {
  const Job job{.environment = {{"HF_HOME", "/hf"}, {"HF_TOKEN", "hf_x"}, {"HF_HUB_OFFLINE", "1"}},
                .used = {{DoctorClient::hf_hub_0_new, "0.4.1", "ext/x/Cargo.lock"}},
                .cache = "/hf/hub"};
  EXPECT_THAT(job.hints(), testing::ElementsAre("rust-ignores-hf-home", "rust-ignores-token",
                                                "deaf-to-offline"));
}

TEST(Ci, AClientThatIsNotInUseGivesNoHint) {
  EXPECT_THAT(
      (Job{.environment = {{"HF_HOME", "/hf"}, {"HF_TOKEN", "hf_x"}}, .cache = "/hf/hub"}.hints()),
      IsEmpty());
}

TEST(Ci, AnEngineIsKnownByItsOwnVariable) {
  EXPECT_EQ(ci_engine({{"GITHUB_ACTIONS", "true"}, {"CI", "true"}}), "GitHub Actions");
  EXPECT_EQ(ci_engine({{"GITLAB_CI", "true"}}), "GitLab CI");
  EXPECT_EQ(ci_engine({{"BUILDKITE", "true"}}), "Buildkite");
  EXPECT_EQ(ci_engine({{"CI", "1"}}), "CI");
  EXPECT_EQ(ci_engine({{"CI", "false"}}), "");
  EXPECT_EQ(ci_engine({{"CI", ""}}), "");
  EXPECT_EQ(ci_engine({}), "");
}

}  // namespace
}  // namespace hubward
