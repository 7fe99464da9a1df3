// What each level looks at, and what it leaves unread.

#include "tests/support/contents.h"
#include "tests/support/files.h"
#include "tests/support/verify_binary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/stat.h>
#include <unistd.h>

#include <string>

namespace hubward::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class Levels : public testing::Test {
 protected:
  Levels() {
    repo_.file("config.json", R"({"model_type": "gpt2"})")
        .file("tokenizer.json", R"({"version": "1.0"})")
        .file("model.safetensors", safetensors(1000), {.lfs = true})
        .listing();
  }

  std::vector<std::string> findings(const std::string& level) const {
    return verify_by_binary(cache_, "gpt2\n", {"--level", level}).report.lines();
  }

  CacheBuilder cache_;
  RepoBuilder& repo_ = cache_.repo("gpt2");
};

TEST_F(Levels, AFlippedBitIsSeenByContentAlone) {
  flip_bit(cache_ / repo_.blob("model.safetensors"), 700);
  EXPECT_THAT(findings("layout"), IsEmpty());
  EXPECT_THAT(findings("size"), IsEmpty());
  EXPECT_THAT(findings("content"), ElementsAre("blob-corrupt " + repo_.blob("model.safetensors")));
}

TEST_F(Levels, AWrongSizeIsSeenBySizeAndByContent) {
  ASSERT_EQ(::truncate((cache_ / repo_.blob("model.safetensors")).c_str(), 800), 0);
  EXPECT_THAT(findings("layout"), IsEmpty());
  ASSERT_EQ(findings("size").size(), 1u);
  EXPECT_EQ(findings("size").front().substr(0, 14), "size-mismatch ");
  EXPECT_THAT(findings("content"), ElementsAre("blob-corrupt " + repo_.blob("model.safetensors")));
}

TEST_F(Levels, AMissingBlobIsSeenByAll) {
  remove_tree(cache_ / repo_.blob("config.json"));
  for (const char* level : {"layout", "size", "content"}) {
    EXPECT_THAT(findings(level), ElementsAre("pointer-dangling " + repo_.pointer("config.json")));
  }
}

TEST_F(Levels, AMissingShardIsSeenWhereTheIndexIsRead) {
  RepoBuilder& sharded = cache_.repo("org/sharded");
  sharded.file("config.json", "{}")
      .file("model-00001-of-00002.safetensors", safetensors(100), {.lfs = true})
      .file("model.safetensors.index.json",
            R"({"weight_map": {"a": "model-00001-of-00002.safetensors", )"
            R"("b": "model-00002-of-00002.safetensors"}})");
  const std::string missing =
      "shard-missing " + sharded.pointer("model-00002-of-00002.safetensors");
  const auto findings_at = [&](const std::string& level) {
    return verify_by_binary(cache_, "org/sharded\n", {"--level", level}).report.lines();
  };
  EXPECT_THAT(findings_at("layout"), IsEmpty());
  EXPECT_THAT(findings_at("size"), ElementsAre(missing));
  EXPECT_THAT(findings_at("content"), ElementsAre(missing));
}

TEST_F(Levels, ContentIsTheDefaultAndTheReportNamesTheLevel) {
  const VerifyAnswer answer = verify_by_binary(cache_, "gpt2\n");
  EXPECT_THAT(answer.raw.out, testing::ContainsRegex("\"level\": *\"content\""));
  EXPECT_THAT(verify_by_binary(cache_, "gpt2\n", {"--level", "size"}).raw.out,
              testing::ContainsRegex("\"level\": *\"size\""));
}

TEST_F(Levels, TheNumberOfWorkersShowsInNoReport) {
  for (int i = 0; i < 40; ++i) {
    const std::string path = "data/" + std::to_string(i) + ".bin";
    repo_.file(path, noise(3000, static_cast<std::uint64_t>(i)), {.lfs = true});
    flip_bit(cache_ / repo_.blob(path), 1000);
  }
  const auto report = [&](const std::string& jobs) {
    return normalised_report(verify_by_binary(cache_, "", {"--all", "--jobs", jobs}).raw.out,
                             cache_.surroundings());
  };
  const std::string one = report("1");
  EXPECT_THAT(one, testing::HasSubstr("blob-corrupt"));
  EXPECT_EQ(report("8"), one);
}

TEST_F(Levels, AnotherWordIsAUsageError) {
  EXPECT_EQ(verify_by_binary(cache_, "gpt2\n", {"--level", "deep"}).raw.exit_code, 64);
}

}  // namespace
}  // namespace hubward::test
