#include "verifier/proof/tree_listing.h"

#include "tests/support/digests.h"

#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hubward::test {
namespace {

using ::testing::HasSubstr;

// The live vector of hub-cache-format 4.6: google-bert/bert-base-uncased, pytorch_model.bin.
constexpr char kSha256[] = "097417381d6c7230bd9e3557456d726de6e83245ec8b24f529f60198a67b203a";
constexpr char kPointerId[] = "ba5d19791be1dd7992e33bd61f20207b0f7f50a5";
constexpr char kXetHash[] = "2d8408d3a894d02517d04956e2f7546ff08362594072f3527ce144b5212a3296";

std::string listing(const std::string& files) {
  return R"({"format_version": 1, "files": {)" + files + "}}";
}

std::string lfs_entry(const std::string& blob_id, std::uint64_t size, std::uint64_t lfs_size,
                      const std::string& xet) {
  return fmt::format(
      R"("pytorch_model.bin": {{"size": {}, "blob_id": "{}", "lfs_sha256": "{}", "lfs_size": {}, "xet_hash": "{}"}})",
      size, blob_id, kSha256, lfs_size, xet);
}

std::string plain_entry(const std::string& path) {
  return fmt::format(R"("{}": {{"size": 13, "blob_id": "{}"}})", path, git_id("Hello, World!"));
}

std::string why(const std::string& json) {
  const auto parsed = parse_tree_listing(json);
  return parsed ? "parsed" : parsed.error().why;
}

bool is_hostile(const std::string& json) {
  const auto parsed = parse_tree_listing(json);
  return !parsed && parsed.error().hostile;
}

TEST(TreeListing, AnLfsEntryThatPassesItsOwnCheckIsNamedByItsSha256) {
  const auto parsed =
      parse_tree_listing(listing(lfs_entry(kPointerId, 440473133, 440473133, kXetHash)));
  ASSERT_TRUE(parsed) << parsed.error().why;
  ASSERT_EQ(parsed->files.size(), 1u);
  EXPECT_EQ(parsed->files[0].oid.hex(), kSha256);
  EXPECT_EQ(parsed->files[0].xet_hash, kXetHash);
  EXPECT_TRUE(parsed->files[0].lfs);
}

TEST(TreeListing, ASizeThatIsOneOffFailsTheCheck) {
  EXPECT_THAT(why(listing(lfs_entry(kPointerId, 440473134, 440473134, kXetHash))),
              HasSubstr("fails its own check"));
  EXPECT_THAT(why(listing(lfs_entry(kPointerId, 440473133, 440473134, kXetHash))),
              HasSubstr("does not fit"));
}

TEST(TreeListing, AXetHashThatIsNoneInvalidatesTheFileAsItDoesForTheClient) {
  EXPECT_THAT(why(listing(lfs_entry(kPointerId, 440473133, 440473133, "abc"))),
              HasSubstr("xet_hash"));
}

TEST(TreeListing, APlainEntryIsNamedByItsGitId) {
  const auto parsed =
      parse_tree_listing(listing(plain_entry("b.txt") + "," + plain_entry("a.txt")));
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->files[0].path, "a.txt") << "sorted, whatever order the file has";
  EXPECT_NE(parsed->find("b.txt"), nullptr);
  EXPECT_EQ(parsed->find("c.txt"), nullptr);
}

TEST(TreeListing, AnotherVersionOrNoFilesIsNoListing) {
  EXPECT_THAT(why(R"({"format_version": 2, "files": {}})"), HasSubstr("format_version"));
  EXPECT_THAT(why(R"({"format_version": 1})"), HasSubstr("files"));
  EXPECT_THAT(why(R"({"format_version": 1, "files": [)"), HasSubstr("JSON"));
}

TEST(TreeListing, APathThatLeavesTheSnapshotIsHostile) {
  for (const char* path : {"../x", "/etc/passwd", "a//b", "a/../b", "./a", ""}) {
    EXPECT_TRUE(is_hostile(listing(plain_entry(path)))) << path;
  }
  EXPECT_FALSE(is_hostile(listing(plain_entry("a/b..c"))));
}

TEST(TreeListing, OneFileMoreThanTheMostIsHostile) {
  static_assert(kMaxListedFiles == 1'000'000);
  const std::string two = listing(plain_entry("a") + "," + plain_entry("b"));
  EXPECT_TRUE(parse_tree_listing(two, 2));
  const auto refused = parse_tree_listing(two, 1);
  ASSERT_FALSE(refused);
  EXPECT_TRUE(refused.error().hostile);
  EXPECT_EQ(refused.error().why, "it lists more than 1 files");
}

}  // namespace
}  // namespace hubward::test
