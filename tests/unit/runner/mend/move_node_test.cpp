#include "runner/mend/move_node.h"

#include "tests/support/files.h"
#include "tests/support/matchers.h"
#include "tests/support/temporary_folder.h"
#include "verifier/cache/unique_fd.h"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/stat.h>

namespace hubward {
namespace {

using test::exists;
using test::FailsWith;
using test::make_folder;
using test::make_link;
using test::read_file;
using test::read_link;
using test::TemporaryFolder;
using test::write_file;

// The way across file systems is taken by its own name: a test can count on no second file system.
class MoveNode : public testing::Test {
 protected:
  MoveNode() {
    make_folder(folder_ / "from");
    make_folder(folder_ / "to");
    from_ = UniqueFd(::open((folder_ / "from").c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    to_ = UniqueFd(::open((folder_ / "to").c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  }
  NamedIn from(const std::string& name) const { return {from_.get(), name}; }
  NamedIn to(const std::string& name) const { return {to_.get(), name}; }

  TemporaryFolder folder_;
  UniqueFd from_;
  UniqueFd to_;
};

TEST_F(MoveNode, ACopiedFileHasItsBytesAndTimesAndTheSourceIsGone) {
  const std::string bytes(3'000'000, 'x');
  write_file(folder_ / "from/a", bytes);
  const struct timespec times[2] = {{1, 0}, {1'000'000, 5}};
  ::utimensat(AT_FDCWD, (folder_ / "from/a").c_str(), times, 0);
  ASSERT_THAT(copy_and_unlink(from("a"), to("a")), test::Succeeds());
  EXPECT_TRUE(read_file(folder_ / "to/a") == bytes);
  EXPECT_FALSE(exists(folder_ / "from/a"));
  struct stat status = {};
  ::stat((folder_ / "to/a").c_str(), &status);
  EXPECT_EQ(status.st_mtim.tv_sec, 1'000'000);
}

TEST_F(MoveNode, ACopiedLinkKeepsItsTextAndIsNotFollowed) {
  write_file(folder_ / "target", "t");
  make_link("../target", folder_ / "from/a");
  ASSERT_THAT(copy_and_unlink(from("a"), to("a")), test::Succeeds());
  EXPECT_EQ(read_link(folder_ / "to/a"), "../target");
  EXPECT_TRUE(exists(folder_ / "target"));
}

TEST_F(MoveNode, ACopiedFolderComesWithAllThatIsInIt) {
  write_file(folder_ / "from/d/e/f", "deep");
  make_link("f", folder_ / "from/d/e/l");
  ASSERT_EQ(::mkfifo((folder_ / "from/d/p").c_str(), 0600), 0);
  ASSERT_THAT(copy_and_unlink(from("d"), to("d")), test::Succeeds());
  EXPECT_EQ(read_file(folder_ / "to/d/e/f"), "deep");
  EXPECT_EQ(read_link(folder_ / "to/d/e/l"), "f");
  EXPECT_TRUE(exists(folder_ / "to/d/p"));
  EXPECT_FALSE(exists(folder_ / "from/d"));
}

TEST_F(MoveNode, NothingIsOverwritten) {
  write_file(folder_ / "from/a", "new");
  write_file(folder_ / "to/a", "old");
  EXPECT_THAT(move_node(from("a"), to("a")), FailsWith(ErrorKind::io));
  EXPECT_THAT(copy_and_unlink(from("a"), to("a")), FailsWith(ErrorKind::io));
  EXPECT_EQ(read_file(folder_ / "from/a"), "new");
  EXPECT_EQ(read_file(folder_ / "to/a"), "old");
}

TEST_F(MoveNode, WhatIsNotThereSaysSo) {
  const auto moved = move_node(from("none"), to("none"));
  ASSERT_FALSE(moved);
  EXPECT_EQ(moved.error().sys_errno, ENOENT);
}

}  // namespace
}  // namespace hubward
