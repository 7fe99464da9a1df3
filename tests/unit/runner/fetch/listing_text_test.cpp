#include "runner/fetch/listing_text.h"

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
  EXPECT_NE(listing_text(files)->find(R"("\"\\\u00e9\u65e5\ud83d\ude00")"), std::string::npos);
}

TEST(ListingText, IsNoneWhereTheIdOfOneFileIsNotKnown) {
  std::vector<HubFile> files = {file("a"), file("b")};
  files[1].blob_id.reset();
  EXPECT_FALSE(listing_text(files));
}

TEST(ListingText, IsReadBackByTheVerifier) {
  const std::vector<HubFile> files = {file("a b/é.txt")};
  const auto read = parse_tree_listing(*listing_text(files));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->files[0].path, "a b/é.txt");
  EXPECT_TRUE(parse_tree_listing(*listing_text({})));
}

}  // namespace
}  // namespace hubward::test
