#include "runner/doctor/sights.h"

#include "tests/support/cache_builder.h"
#include "tests/support/files.h"
#include "verifier/cache/disk.h"
#include "verifier/verify_way.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

namespace hubward::test {
namespace {

using testing::HasSubstr;
using enum DoctorClient;

/// A cache, and what a client in some environment sees of the one entry.
class Sights : public testing::Test {
 protected:
  ClientSight of(DoctorClient client, const std::string& line, EnvironmentView variables = {}) {
    const auto manifest = parse_manifest(line + "\n", "m");
    VerifyRequest request;
    request.cache_path = cache_.path();
    request.manifest = &*manifest;
    request.level = Level::size;
    const auto disk = real_disk(cache_.path(), {});
    Observer observer;
    const auto made = verify_to_extent(request, {}, *disk, observer, nullptr);
    CacheLocationRequest here;
    variables.emplace("HOME", "/h");
    here.environment = std::move(variables);
    here.working_directory = "/w";
    return sight_of(place_of(client, here), manifest->entries.front(),
                    ground_of(made->pairing.cases.front(), made->report.findings));
  }

  RepoBuilder& whole() {
    return cache_.repo("gpt2")
        .file("config.json", "{}")
        .file("tokenizer.json", "[]")
        .file("model.safetensors", "x", {.lfs = true});
  }

  CacheBuilder cache_;
};

const EnvironmentView kOffline = {{"HF_HUB_OFFLINE", "1"}};

TEST_F(Sights, AWholeModelIsWholeAndWhoAsksAllTheSameIsMarked) {
  whole();
  const ClientSight offline = of(transformers, "gpt2", kOffline);
  EXPECT_EQ(offline.sight, Sight::whole);
  EXPECT_FALSE(offline.asks_hub);
  EXPECT_EQ(offline.first, "");
  EXPECT_TRUE(of(transformers, "gpt2").asks_hub);
  EXPECT_TRUE(of(hf_hub_1, "gpt2", kOffline).asks_hub);
  EXPECT_FALSE(of(hf_hub_0_new, "gpt2").asks_hub);
}

TEST_F(Sights, APinnedCommitIsAskedForByNobodyButHfHub0WithoutARef) {
  whole();
  const std::string line = std::string("gpt2@") + kCommit;
  EXPECT_FALSE(of(huggingface_hub, line).asks_hub);
  EXPECT_FALSE(of(hf_hub_1, line).asks_hub);
  EXPECT_EQ(of(js, line).sight, Sight::whole);
  const ClientSight rust = of(hf_hub_0_new, line);
  EXPECT_EQ(rust.sight, Sight::nothing);
  EXPECT_THAT(rust.why, HasSubstr("refs/<commit>"));
  EXPECT_EQ(rust.first, "config.json");
}

TEST_F(Sights, HfHub0FindsAPinnedCommitByItsOwnRef) {
  whole().ref(kCommit, kCommit);
  EXPECT_EQ(of(hf_hub_0_new, std::string("gpt2@") + kCommit).sight, Sight::whole);
}

TEST_F(Sights, TheJavaScriptClientReadsNoRef) {
  whole();
  EXPECT_EQ(of(js, "gpt2").sight, Sight::unknown);
}

TEST_F(Sights, WhiteSpaceInARefHidesItFromWhoDoesNotTrim) {
  whole().ref("main", std::string(kCommit) + "\n");
  EXPECT_EQ(of(huggingface_hub, "gpt2", kOffline).sight, Sight::nothing);
  EXPECT_EQ(of(hf_hub_0_from_env, "gpt2").sight, Sight::nothing);
  EXPECT_EQ(of(hf_hub_1, "gpt2").sight, Sight::whole);
  EXPECT_EQ(of(huggingface_hub, "gpt2").sight, Sight::whole);
}

TEST_F(Sights, WhatALoadNeedsFirstIsFetchedFirst) {
  RepoBuilder& repo = whole();
  remove_tree(cache_ / repo.blob("model.safetensors"));
  EXPECT_EQ(of(transformers, "gpt2").first, "model.safetensors");
  remove_tree(cache_ / repo.blob("config.json"));
  const ClientSight sight = of(transformers, "gpt2");
  EXPECT_EQ(sight.first, "config.json");
  EXPECT_EQ(sight.sight, Sight::part);
  EXPECT_EQ(sight.found, 1u);
  EXPECT_EQ(sight.wanted, 3u);
}

TEST_F(Sights, AListingTellsFilesThatWereNeverThere) {
  cache_.repo("gpt2")
      .file("config.json", "{}")
      .file("tokenizer.json", "{}", {.on_disk = false})
      .listing();
  const ClientSight sight = of(huggingface_hub, "gpt2 profile:all");
  EXPECT_EQ(sight.first, "tokenizer.json");
  EXPECT_EQ(sight.wanted, 2u);
  EXPECT_EQ(sight.found, 1u);
}

TEST_F(Sights, AnOptionalModelThatIsCutShortIsNotWhole) {
  cache_.repo("gpt2").file("config.json", "{}");
  const ClientSight sight = of(huggingface_hub, "gpt2 optional");
  EXPECT_EQ(sight.sight, Sight::part);
  EXPECT_EQ(sight.first, "*.safetensors");
}

TEST_F(Sights, WhatIsNotThereBeginsWithWhatTheEntryNames) {
  EXPECT_EQ(of(huggingface_hub, "a/b gguf:x.gguf").first, "x.gguf");
  EXPECT_EQ(of(huggingface_hub, "a/b profile:tokenizer").first, "tokenizer_config.json");
  EXPECT_EQ(of(huggingface_hub, "a/b").first, "config.json");
  EXPECT_EQ(of(datasets, "datasets/a/b").first, "README.md");
  EXPECT_THAT(of(huggingface_hub, "a/b").why, HasSubstr("not in that cache"));
}

TEST_F(Sights, NoClientIsToldAboutReposThatItDoesNotLoad) {
  EXPECT_EQ(of(transformers, "datasets/a/b").sight, Sight::foreign);
  EXPECT_EQ(of(datasets, "a/b").sight, Sight::foreign);
  EXPECT_EQ(of(hf_hub_0_new, "kernels/a/b").sight, Sight::foreign);
}

TEST(SightOf, AClientWithoutAHomeGivesUp) {
  const auto manifest = parse_manifest("gpt2\n", "m");
  const ClientPlace place{.client = hf_hub_0_new};
  EXPECT_THAT(sight_of(place, manifest->entries.front(), {}).why, HasSubstr("no home"));
}

}  // namespace
}  // namespace hubward::test
