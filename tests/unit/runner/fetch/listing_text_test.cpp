#include "runner/fetch/listing_text.h"

#include "runner/fetch/fetch_progress.h"

#include <gtest/gtest.h>

namespace hubward::test {
namespace {

HubFile file(const std::string& path) {
  const Digest git = *Digest::from_hex(std::string(40, 'a'));
  return {.listed = {.path = path, .size = 3, .oid = git}, .blob_id = git};
}

TEST(ListingText, IsWhatThePythonClientWrites) {
  HubFile lfs = file("m.bin");
  lfs.listed.oid = *Digest::from_hex(std::string(64, 'b'));
  lfs.listed.lfs = true;
  lfs.listed.xet_hash = std::string(64, 'c');
  const std::vector<HubFile> files = {file("a.txt"), lfs};
  // By json.dump(data, f, indent=1) of huggingface_hub 2.4, _tree_cache.py.
  EXPECT_EQ(listing_text(files),
            "{\n \"format_version\": 1,\n \"files\": {\n  \"a.txt\": {\n   \"size\": 3,\n"
            "   \"blob_id\": \"" +
                std::string(40, 'a') +
                "\"\n  },\n  \"m.bin\": {\n   \"size\": 3,\n   \"blob_id\": \"" +
                std::string(40, 'a') + "\",\n   \"lfs_sha256\": \"" + std::string(64, 'b') +
                "\",\n   \"lfs_size\": 3,\n   \"xet_hash\": \"" + std::string(64, 'c') +
                "\"\n  }\n }\n}");
}

TEST(ListingText, NamesBeyondAsciiAreEscapedAsUtf16) {
  const std::vector<HubFile> files = {file("\"\\é日😀")};
  EXPECT_NE(listing_text(files).find(R"("\"\\\u00e9\u65e5\ud83d\ude00")"), std::string::npos);
}

TEST(ListingText, IsReadBackByTheVerifier) {
  const std::vector<HubFile> files = {file("a b/é.txt")};
  const auto read = parse_tree_listing(listing_text(files));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->files[0].path, "a b/é.txt");
  EXPECT_TRUE(parse_tree_listing(listing_text({})));
}

TEST(FetchProgress, SaysWhatIsDoneAndLeftNoMoreOftenThanItMay) {
  const std::chrono::steady_clock::time_point begun{std::chrono::hours(1)};
  FetchProgress progress(ProgressKind::now_and_then, begun);
  EXPECT_EQ(progress.text(1, 100, begun + std::chrono::seconds(9)), "");
  EXPECT_EQ(progress.text(25'000'000, 100'000'000, begun + std::chrono::seconds(10)),
            "25.0 MB of 100.0 MB (25 %), 2.5 MB/s, 30.0 s left");
  EXPECT_EQ(progress.text(30'000'000, 100'000'000, begun + std::chrono::seconds(19)), "");
  FetchProgress none(ProgressKind::none, begun);
  EXPECT_EQ(none.text(1, 100, begun + std::chrono::hours(9)), "");
}

}  // namespace
}  // namespace hubward::test
