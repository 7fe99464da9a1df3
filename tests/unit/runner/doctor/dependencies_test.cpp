#include "runner/doctor/dependencies.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

namespace hubward {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using enum DoctorClient;

std::vector<std::pair<DoctorClient, std::string>> in(std::string_view name, std::string_view text) {
  std::vector<std::pair<DoctorClient, std::string>> found;
  for (const UsedClient& used : clients_in(name, text)) {
    found.emplace_back(used.client, used.version);
  }
  return found;
}

TEST(Dependencies, OneLineOfCargoLockDecidesWhichRuleHolds) {
  const auto lock = [](const std::string& version) {
    return "[[package]]\nname = \"serde\"\nversion = \"1.0.0\"\n\n[[package]]\nname = \"hf-hub\"\n"
           "version = \"" +
           version + "\"\n";
  };
  EXPECT_THAT(in("Cargo.lock", lock("0.4.1")),
              ElementsAre(Pair(hf_hub_0_new, "0.4.1"), Pair(hf_hub_0_from_env, "0.4.1")));
  EXPECT_THAT(in("Cargo.lock", lock("1.0.0")), ElementsAre(Pair(hf_hub_1, "1.0.0")));
  EXPECT_THAT(in("Cargo.lock", "[[package]]\nname = \"hf-hub-x\"\nversion = \"1\"\n"), IsEmpty());
}

TEST(Dependencies, AGemBringsItsCrateAlong) {
  EXPECT_THAT(in("Gemfile.lock", "GEM\n  specs:\n    rake (13.0)\n    red-candle (1.8.1)\n"),
              ElementsAre(Pair(hf_hub_0_new, "")));
  // What another gem asks for is indented further.
  EXPECT_THAT(in("Gemfile.lock", "    x (1)\n      red-candle (1.8.1)\n"), IsEmpty());
}

TEST(Dependencies, PythonsAreNamedInManyWays) {
  EXPECT_THAT(
      in("requirements.txt",
         "Torch\ntransformers==5.1 # why\nhuggingface_hub[cli] >= 1\ndatasets;python>3\r\n"),
      ElementsAre(Pair(transformers, "5.1"), Pair(huggingface_hub, ""), Pair(datasets, "")));
  EXPECT_THAT(in("uv.lock", "[[package]]\nname = \"huggingface-hub\"\nversion = \"1.2\"\n"),
              ElementsAre(Pair(huggingface_hub, "1.2")));
  EXPECT_THAT(in("requirements.txt", "transformers-x\n# transformers\n"), IsEmpty());
}

TEST(Dependencies, NpmNamesItByItsFolder) {
  EXPECT_THAT(in("package-lock.json",
                 R"({"packages":{"node_modules/@huggingface/hub":{"version":"2.17.5"}}})"),
              ElementsAre(Pair(js, "2.17.5")));
}

TEST(Dependencies, HostileTextsAreReadToTheirEnd) {
  for (const char* name : {"Cargo.lock", "package-lock.json", "requirements.txt", "Gemfile.lock"}) {
    for (const char* text : {"", "name = ", "name = \"", "\"node_modules/@huggingface/hub\"",
                             "\"node_modules/@huggingface/hub\" \"version\":", "transformers=="}) {
      in(name, text);
    }
  }
}

TEST(Dependencies, AnExtensionIsFoundWhereGemsKeepIt) {
  const std::map<std::string, std::string> files = {
      {"ext/candle/Cargo.lock", "name = \"hf-hub\"\nversion = \"1.0.0\"\n"}};
  const auto used = used_clients(
      [](const std::string& folder) {
        return folder == "ext" ? std::vector<std::string>{"candle"}
                               : std::vector<std::string>{"lib"};
      },
      [&](const std::string& path) {
        const auto found = files.find(path);
        return found == files.end() ? std::nullopt : std::optional(found->second);
      });
  ASSERT_EQ(used.size(), 1u);
  EXPECT_EQ(used.front().file, "ext/candle/Cargo.lock");
}

}  // namespace
}  // namespace hubward
