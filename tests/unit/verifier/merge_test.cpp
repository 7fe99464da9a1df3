// That merged reports are the report of the whole is shown on random caches by tests/shards; here
// is what does not belong together.
#include "verifier/merge.h"

#include "tests/support/cache_builder.h"
#include "tests/support/files.h"
#include "tests/support/verify_cache.h"
#include "verifier/report/json.h"
#include "verifier/report/shard_report.h"
#include "verifier/report/text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>

namespace hubward {
namespace {

using test::CacheBuilder;
using testing::HasSubstr;
using testing::StartsWith;

class MergeTest : public testing::Test {
 protected:
  MergeTest() { fill(cache_); }

  static void fill(CacheBuilder& cache) {
    cache.repo("gpt2")
        .file("config.json", "{}")
        .file("model.safetensors", "weights")
        .file("vocab.json", "{\"a\": 1}");
  }
  static Report shard(const CacheBuilder& cache, Shard shard, VerifyRequest request = {},
                      const std::string& manifest = "gpt2\n") {
    request.shard = shard;
    return test::verify_manifest(cache, manifest, std::move(request));
  }
  Report shard(Shard which, VerifyRequest request = {}) const {
    return shard(cache_, which, std::move(request));
  }
  /// Why the second does not belong to the first.
  static std::string refusal(Report first, Report second) {
    Merge merge;
    EXPECT_TRUE(merge.add(std::move(first), "first.json"));
    const auto added = merge.add(std::move(second), "second.json");
    EXPECT_FALSE(added);
    if (added) return "";
    EXPECT_EQ(added.error().kind, ErrorKind::bad_input);
    EXPECT_EQ(added.error().where, "second.json");
    return added.error().what;
  }

  CacheBuilder cache_;
};

TEST_F(MergeTest, OneOfOneIsTheWhole) {
  Merge merge;
  ASSERT_TRUE(merge.add(shard({1, 1}), "1.json"));
  auto merged = merge.finish();
  ASSERT_TRUE(merged);
  Report whole = test::verify_manifest(cache_, "gpt2\n");
  merged->totals.seconds = whole.totals.seconds = 0;
  EXPECT_EQ(render_json(*merged), render_json(whole));
}

TEST_F(MergeTest, TheSameShardTwiceIsRefused) {
  EXPECT_EQ(refusal(shard({1, 2}), shard({1, 2})),
            "is shard 1/2, and so is first.json: give each shard's report once");
}

TEST_F(MergeTest, MissingShardsAreNamed) {
  Merge merge;
  ASSERT_TRUE(merge.add(shard({2, 4}), "2.json"));
  const auto merged = merge.finish();
  ASSERT_FALSE(merged);
  EXPECT_EQ(merged.error().kind, ErrorKind::bad_input);
  EXPECT_EQ(merged.error().what,
            "the reports of shards 1/4, 3/4, 4/4 are missing: hubward verify --shard 1/4 --format "
            "json writes the first");
}

TEST_F(MergeTest, AWholeReportIsNoShard) {
  Merge merge;
  EXPECT_FALSE(merge.add(test::verify_manifest(cache_, "gpt2\n"), "whole.json"));
  EXPECT_FALSE(merge.finish());
}

TEST_F(MergeTest, AnotherSplitLevelBasisOrScopeIsRefused) {
  EXPECT_THAT(refusal(shard({1, 2}), shard({2, 3})), StartsWith("is one of 3 shards, and first"));
  EXPECT_THAT(refusal(shard({1, 2}), shard({2, 2}, {.level = Level::size})),
              StartsWith("has the level size, and first.json has content"));
  EXPECT_THAT(refusal(shard({1, 2}), shard({2, 2}, {.require = Basis::tree})),
              StartsWith("has the required basis tree"));
  EXPECT_THAT(refusal(shard({1, 2}), shard({2, 2}, {.scope = Scope::all})),
              StartsWith("has the scope all"));
}

TEST_F(MergeTest, AnotherQuestionIsRefused) {
  EXPECT_THAT(refusal(shard({1, 2}), shard(cache_, {2, 2}, {}, "gpt2 not:vocab.json\n")),
              StartsWith("is of another manifest than first.json"));
  EXPECT_THAT(refusal(shard({1, 2}), shard({2, 2}, {.client = CacheClient::hf_hub_0})),
              StartsWith("is of another question than first.json"));
  const LockFile lock{.path = "model_manifest.lock.toml", .repos = {}};
  EXPECT_THAT(refusal(shard({1, 2}), shard({2, 2}, {.lock = &lock})),
              StartsWith("is of another lock than first.json"));
}

TEST_F(MergeTest, ACacheThatChangedBetweenTheShardsIsAnother) {
  const Report first = shard({1, 2});
  cache_.repo("gpt2", {.ref = ""}).file("added.json", "[]");
  EXPECT_THAT(refusal(first, shard({2, 2})), StartsWith("is of another cache than first.json"));
}

TEST_F(MergeTest, ACacheOfOtherSizesIsAnother) {
  const Report first = shard({1, 2});
  test::write_file(cache_.path() + "/" + cache_.repo("gpt2").folder() + "/refs/main", "elsewhere");
  EXPECT_THAT(refusal(first, shard({2, 2})), StartsWith("is of another cache than first.json"));
}

TEST_F(MergeTest, ACopyOfTheCacheElsewhereIsTheSameOne) {
  CacheBuilder copy;
  fill(copy);
  Merge merge;
  ASSERT_TRUE(merge.add(shard(copy, {2, 2}), "2.json"));
  ASSERT_TRUE(merge.add(shard({1, 2}), "1.json"));
  const auto merged = merge.finish();
  ASSERT_TRUE(merged) << merged.error().what;
  EXPECT_EQ(merged->cache_path, cache_.path()) << "the first shard's, whatever the order";
}

TEST_F(MergeTest, AFileHashedAsOneHereAndAsTwoThereIsAnotherCache) {
  CacheBuilder copy;
  fill(copy);
  const auto both = [](CacheBuilder& cache) {
    auto& repo = cache.repo("other");
    repo.file("config.json", "{}");
    return cache.path() + "/" + repo.blob("config.json");
  };
  const std::string twin = both(cache_);
  both(copy);
  const std::string first =
      cache_.path() + "/models--gpt2/blobs/" + twin.substr(twin.rfind('/') + 1);
  test::remove_tree(twin);
  ASSERT_EQ(::link(first.c_str(), twin.c_str()), 0);
  const std::string manifest = "gpt2\nother\n";
  EXPECT_THAT(refusal(shard(cache_, {1, 2}, {}, manifest), shard(copy, {2, 2}, {}, manifest)),
              StartsWith("is of another cache than first.json"));
}

TEST_F(MergeTest, ContradictingFindingsAreRefused) {
  Report first = shard({1, 2});
  Report second = shard({2, 2});
  first.findings = {make_finding(FindingCode::blob_corrupt, "models--gpt2/blobs/x")};
  second.findings = first.findings;
  second.findings.front().damage = Damage::html;
  EXPECT_THAT(refusal(first, second), HasSubstr("of blob-corrupt at models--gpt2/blobs/x"));
}

TEST_F(MergeTest, AShardNeverSaysComplete) {
  const Report report = shard({1, 2});
  EXPECT_EQ(report.exit_code, 0);
  const std::string text = render_text(report, {});
  EXPECT_THAT(text, testing::Not(HasSubstr("complete")));
  EXPECT_THAT(text, HasSubstr("shard 1/2: its one blob is sound; "));
  EXPECT_THAT(text, HasSubstr("`hubward merge` joins the JSON reports of all 2"));
}

TEST_F(MergeTest, WhatNoShardIsGivenIsHashedByNone) {
  const Report report = shard({4, 4});
  EXPECT_EQ(report.totals.bytes_hashed, 0U);
  EXPECT_EQ(report.totals.blobs, 3U);
  EXPECT_EQ(report.shard->blobs, 0U);
}

TEST(VerifyShard, WhatIsNoShardIsRefusedByTheLibrary) {
  CacheBuilder cache;
  Observer observer;
  for (const Shard wrong : {Shard{0, 4}, Shard{5, 4}, Shard{1, kMaxShards + 1}}) {
    const VerifyRequest request{.cache_path = cache.path(), .scope = Scope::all, .shard = wrong};
    const auto report = verify(request, observer);
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().kind, ErrorKind::usage);
  }
}

}  // namespace
}  // namespace hubward
