#include "tests/support/cache_builder.h"
#include "tests/support/verify_cache.h"

#include <gtest/gtest.h>

#include <filesystem>

namespace hubward::test {
namespace {

TEST(Tally, AFileThatTwoEntriesJudgeIsCountedOnce) {
  CacheBuilder cache;
  cache.repo("gpt2").file("tokenizer.json", "{\"a\":1}").file("config.json", "{}");
  const Report report = verify_manifest(cache, std::string("gpt2\ngpt2@") + kCommit + "\n");
  ASSERT_EQ(report.repos.size(), 2U);
  EXPECT_EQ(report.totals.pointers, 2U);
  EXPECT_EQ(report.totals.blobs, 2U);
  EXPECT_EQ(report.totals.bytes, 9U);
}

TEST(Tally, AFileThatAnEntryNamesAndTheSweepMeetsIsCountedOnce) {
  CacheBuilder cache;
  cache.repo("gpt2").file("tokenizer.json", "{\"a\":1}").file("config.json", "{}");
  cache.repo("gpt3").file("config.json", "{}");
  const Report report = verify_manifest(cache, "gpt2\n", {.scope = Scope::all});
  EXPECT_EQ(report.totals.pointers, 3U);
  EXPECT_EQ(report.totals.blobs, 3U);
}

TEST(Tally, APointerOfEachRevisionCountsAndTheirBlobOnce) {
  CacheBuilder cache;
  cache.repo("gpt2").file("config.json", "{}").commit(kOtherCommit).file("config.json", "{}");
  const Report report = verify_all(cache);
  EXPECT_EQ(report.totals.pointers, 2U);
  EXPECT_EQ(report.totals.blobs, 1U);
  EXPECT_EQ(report.totals.bytes, 2U);
}

TEST(Tally, ABlobThatNothingLeadsToCountsAmongBlobs) {
  CacheBuilder cache;
  RepoBuilder& repo = cache.repo("gpt2").file("config.json", "{}").file("old.json", "{\"a\":1}");
  std::filesystem::remove(cache / repo.pointer("old.json"));
  const Report report = verify_all(cache);
  EXPECT_EQ(report.totals.pointers, 1U);
  EXPECT_EQ(report.totals.blobs, 2U);
}

}  // namespace
}  // namespace hubward::test
