#include "runner/mend/remove_beneath.h"

#include "runner/mend/beneath.h"
#include "tests/support/files.h"
#include "tests/support/matchers.h"
#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>

#include <sys/stat.h>

namespace hubward {
namespace {

using test::exists;
using test::FailsWith;
using test::Succeeds;
using test::write_file;

class RemoveBeneath : public testing::Test {
 protected:
  Result<void> remove(const std::string& path) const { return remove_beneath(root_.get(), path); }

  test::TemporaryFolder folder_;
  UniqueFd root_ = std::move(*open_own_folder(folder_.path(), Make::no));
};

TEST_F(RemoveBeneath, TakesAFolderWithAllBelowItAndNothingBeside) {
  write_file(folder_ / "a/b/c", "1");
  write_file(folder_ / "a/d", "2");
  write_file(folder_ / "aa", "3");
  ASSERT_EQ(::mkfifo((folder_ / "a/fifo").c_str(), 0644), 0);
  EXPECT_THAT(remove("a"), Succeeds());
  EXPECT_FALSE(exists(folder_ / "a"));
  EXPECT_TRUE(exists(folder_ / "aa"));
}

TEST_F(RemoveBeneath, TakesALinkAndLeavesWhatItLeadsTo) {
  write_file(folder_ / "kept/file", "1");
  test::make_link("kept", folder_ / "link");
  test::make_link("../kept", folder_ / "a/inner");
  EXPECT_THAT(remove("link"), Succeeds());
  EXPECT_THAT(remove("a"), Succeeds());
  EXPECT_TRUE(exists(folder_ / "kept/file"));
}

TEST_F(RemoveBeneath, GoesThroughNoLink) {
  write_file(folder_ / "kept/file", "1");
  test::make_link("kept", folder_ / "link");
  EXPECT_THAT(remove("link/file"), FailsWith(ErrorKind::io));
  EXPECT_TRUE(exists(folder_ / "kept/file"));
}

TEST_F(RemoveBeneath, FindsNothingWrongWithWhatIsGone) {
  EXPECT_THAT(remove("nothing"), Succeeds());
  EXPECT_THAT(remove("nothing/at/all"), Succeeds());
}

TEST_F(RemoveBeneath, RefusesAPathThatIsNotBeneath) {
  for (const char* path : {"", "..", "../x", "a/../../x", "/etc", "a//b", "a/"}) {
    EXPECT_THAT(remove(path), FailsWith(ErrorKind::io)) << path;
  }
}

TEST_F(RemoveBeneath, EmptyFoldersAboveGoAsFarAsTheyMay) {
  write_file(folder_ / "a/b/c/d/file", "1");
  write_file(folder_ / "a/b/other", "1");
  ASSERT_THAT(remove("a/b/c/d/file"), Succeeds());
  remove_empty_above(root_.get(), "a/b/c/d/file", 3);
  EXPECT_FALSE(exists(folder_ / "a/b/c/d"));
  EXPECT_TRUE(exists(folder_ / "a/b/c"));
  remove_empty_above(root_.get(), "a/b/c/d", 0);
  EXPECT_FALSE(exists(folder_ / "a/b/c"));
  EXPECT_TRUE(exists(folder_ / "a/b/other"));
}

}  // namespace
}  // namespace hubward
