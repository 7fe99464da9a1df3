#include "tests/support/recipe.h"

#include "tests/support/digests.h"
#include "tests/support/files.h"

#include <gtest/gtest.h>

#include <sys/stat.h>

#include <stdexcept>

namespace hubward::test {
namespace {

constexpr char kDemands[] = "about = 'x'\nargs = ['--all']\nexpect = []\nexit = 0\n";

PreparedCache prepared(const std::string& rest) {
  return prepare_recipe_text(std::string(kDemands) + rest, "test");
}

constexpr char kRepo[] =
    "[[repo]]\nid = 'org/m'\nlisting = true\n"
    "[[repo.file]]\npath = 'a/config.json'\ntext = '{}'\n"
    "[[repo.file]]\npath = 'w.bin'\nnoise = 10\nlfs = true\n";

TEST(Recipe, ANestedFileIsALinkUpToItsBlob) {
  const PreparedCache made = prepared(kRepo);
  const std::string pointer =
      *made.cache / (std::string("models--org--m/snapshots/") + kCommit + "/a/config.json");
  EXPECT_EQ(read_link(pointer), "../../../blobs/" + git_id("{}"));
  EXPECT_EQ(read_file(pointer), "{}");
  EXPECT_EQ(read_file(*made.cache / "models--org--m/refs/main"), kCommit);
}

TEST(Recipe, AListingIsPythonsTextWithLfsFieldsForLfsFiles) {
  const PreparedCache made = prepared(kRepo);
  const std::string text =
      read_file(*made.cache / (std::string("models--org--m/trees/") + kCommit + ".json"));
  EXPECT_EQ(text.find("{\n \"format_version\": 1,\n \"files\": {\n  \"a/config.json\": {\n"), 0u);
  EXPECT_NE(text.find("\"lfs_size\": 10"), std::string::npos);
  EXPECT_NE(text.back(), '\n');
}

TEST(Recipe, ASharedPayloadIsReachedThroughTheRepoBlob) {
  const PreparedCache made =
      prepared("[[repo]]\nid='m'\nlayout='shared'\n[[repo.file]]\npath='w'\nnoise=9\nlfs=true\n");
  const RepoBuilder& repo = *made.cache->repos().front();
  EXPECT_EQ(read_link(*made.cache / repo.blob("w")), "../../" + repo.payload("w"));
  EXPECT_EQ(read_file(*made.cache / repo.pointer("w")).size(), 9u);
}

TEST(Recipe, PlaceholdersAndByteEscapesAreReplaced) {
  const PreparedCache made =
      prepared(std::string(kRepo) +
               "[[step]]\ndo = 'link'\npath = 'models--org--m/\\xffx'\nto = '{blob:w.bin}\\\\'\n");
  EXPECT_EQ(read_link(*made.cache / "models--org--m/\xffx"),
            made.cache->repos().front()->blob_name("w.bin") + "\\");
}

TEST(Recipe, ASocketAndAFifoAreMadeUnderLongPaths) {
  const std::string snapshot = std::string("models--org--m/snapshots/") + kCommit;
  const PreparedCache made =
      prepared(std::string(kRepo) + "[[step]]\ndo = 'socket'\npath = '" + snapshot +
               "/s'\n[[step]]\ndo = 'fifo'\npath = '" + snapshot + "/f'\n");
  struct stat status {};
  ASSERT_EQ(::lstat((*made.cache / (snapshot + "/s")).c_str(), &status), 0);
  EXPECT_TRUE(S_ISSOCK(status.st_mode));
  ASSERT_EQ(::lstat((*made.cache / (snapshot + "/f")).c_str(), &status), 0);
  EXPECT_TRUE(S_ISFIFO(status.st_mode));
}

TEST(Recipe, AnUnknownKeyAnywhereIsRefused) {
  EXPECT_THROW(prepared("nonsense = 1\n"), std::runtime_error);
  EXPECT_THROW(prepared("[[repo]]\nid = 'm'\nlistings = true\n"), std::runtime_error);
  EXPECT_THROW(prepared("[[repo]]\nid='m'\n[[repo.file]]\npath='a'\ntext='x'\nlsf=true\n"),
               std::runtime_error);
  EXPECT_THROW(prepared("[[step]]\ndo = 'mkdir'\npath = 'a'\nmode = '000'\n"), std::runtime_error);
  EXPECT_THROW(prepared("[[step]]\ndo = 'explode'\npath = 'a'\n"), std::runtime_error);
}

TEST(Recipe, AStepNeverLeavesTheTemporaryFolder) {
  EXPECT_THROW(prepared("[[step]]\ndo = 'write'\npath = '/tmp/x'\ntext = ''\n"),
               std::runtime_error);
  EXPECT_THROW(prepared("[[step]]\ndo = 'mkdir'\npath = '../../x'\n"), std::runtime_error);
  EXPECT_THROW(prepared("[[step]]\ndo = 'mkdir'\npath = 'a/../../../x'\n"), std::runtime_error);
}

TEST(TemporaryFolder, IsGoneAfterwardsAlsoWhenAFolderInItIsClosed) {
  std::string path;
  {
    const TemporaryFolder folder;
    path = folder.path();
    write_file(folder / "closed/file", "x");
    ASSERT_EQ(::chmod((folder / "closed").c_str(), 0), 0);
  }
  EXPECT_FALSE(exists(path));
}

}  // namespace
}  // namespace hubward::test
