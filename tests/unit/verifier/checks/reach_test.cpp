#include "verifier/checks/reach.h"

#include "tests/support/cache_builder.h"
#include "tests/support/files.h"
#include "tests/support/matchers.h"
#include "tests/support/verify_cache.h"

#include <gtest/gtest.h>

namespace hubward::test {
namespace {

TEST(RefText, SpaceAndABomAreTrimmedAndNothingElse) {
  EXPECT_EQ(trimmed_ref("abc\n"), "abc");
  EXPECT_EQ(trimmed_ref("\xEF\xBB\xBF abc\r\n"), "abc");
  EXPECT_EQ(trimmed_ref(" \t\r\n"), "");
  EXPECT_EQ(trimmed_ref(""), "");
  EXPECT_EQ(trimmed_ref("a b"), "a b");
  EXPECT_EQ(trimmed_ref("\xEF\xBB"), "\xEF\xBB");
}

TEST(RefText, SpaceAndBomsAreTrimmedInWhateverOrderTheyStand) {
  EXPECT_EQ(trimmed_ref("\n\xEF\xBB\xBF"
                        "abc"),
            "abc");
  EXPECT_EQ(trimmed_ref("\xEF\xBB\xBF\xEF\xBB\xBF \xEF\xBB\xBF"
                        "abc"),
            "abc");
  EXPECT_EQ(trimmed_ref("abc\xEF\xBB\xBF\n"), "abc");
  EXPECT_EQ(trimmed_ref("\n\xEF\xBB\xBF"), "");
}

TEST(Reach, AWhiteSpacedRefStillLeadsToItsSnapshot) {
  CacheBuilder cache;
  RepoBuilder& repo = cache.repo("gpt2");
  repo.file("tokenizer.json", "{}").ref("main", std::string(kCommit) + "\n");
  EXPECT_THAT(verify_manifest(cache, "gpt2\n"),
              HasOnly(FindingCode::ref_whitespace, "models--gpt2/refs/main"));
}

TEST(Reach, APinnedCommitNeedsNoRef) {
  CacheBuilder cache;
  cache.repo("gpt2", {.ref = ""}).file("tokenizer.json", "{}").listing();
  const Report report = verify_manifest(cache, "gpt2@" + std::string(kCommit) + "\n");
  EXPECT_EQ(report.verdict, Verdict::complete);
}

TEST(Reach, ARefWithASlashIsAFileInAFolder) {
  CacheBuilder cache;
  RepoBuilder& repo = cache.repo("gpt2");
  repo.file("tokenizer.json", "{}").ref("refs/pr/1", kCommit);
  EXPECT_EQ(verify_manifest(cache, "gpt2@refs/pr/1\n").verdict, Verdict::complete);
  EXPECT_THAT(verify_manifest(cache, "gpt2@refs/pr\n"),
              HasOnly(FindingCode::ref_malformed, "models--gpt2/refs/refs/pr"));
}

TEST(Reach, TwoEntriesOverOneBadBlobAreOneFindingAndTwoCorruptVerdicts) {
  CacheBuilder cache;
  RepoBuilder& repo = cache.repo("gpt2");
  repo.file("tokenizer.json", "{}").ref("v1", kCommit);
  write_file(cache / repo.blob("tokenizer.json"), "{!");
  const Report report = verify_manifest(cache, "gpt2\ngpt2@v1\n");
  EXPECT_THAT(report, HasOnly(FindingCode::blob_corrupt, repo.blob("tokenizer.json")));
  ASSERT_EQ(report.repos.size(), 2u);
  EXPECT_EQ(report.repos[0].verdict, Verdict::corrupt);
  EXPECT_EQ(report.repos[1].verdict, Verdict::corrupt);
}

}  // namespace
}  // namespace hubward::test
