#include "runner/cli/output.h"

#include "tests/support/files.h"
#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace hubward {
namespace {

TEST(OutputFile, ReplacesAFileAndLeavesNothingBeside) {
  const test::TemporaryFolder folder;
  test::write_file(folder / "out/report.json", "old");
  ASSERT_TRUE(write_output_file(folder / "out/report.json", "new"));
  EXPECT_EQ(test::read_file(folder / "out/report.json"), "new");
  test::remove_tree(folder / "out/report.json");
  EXPECT_EQ(::rmdir((folder / "out").c_str()), 0) << "something was left beside";
}

TEST(OutputFile, HasTheModeOfAPlainlyCreatedFile) {
  const test::TemporaryFolder folder;
  const mode_t before = ::umask(0022);
  EXPECT_TRUE(write_output_file(folder / "report", "x"));
  ::umask(before);
  struct stat status {};
  ASSERT_EQ(::stat((folder / "report").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777U, 0644U);
}

TEST(OutputFile, IsWrittenThroughALinkOfTheUsers) {
  const test::TemporaryFolder folder;
  test::write_file(folder / "real", "old");
  test::make_link("real", folder / "link");
  ASSERT_TRUE(write_output_file(folder / "link", "new"));
  EXPECT_EQ(test::read_file(folder / "real"), "new");
  struct stat status {};
  ASSERT_EQ(::lstat((folder / "link").c_str(), &status), 0);
  EXPECT_TRUE(S_ISLNK(status.st_mode));
}

TEST(OutputFile, IsNotRenamedOverADevice) {
  ASSERT_TRUE(write_output_file("/dev/null", "x"));
  struct stat status {};
  ASSERT_EQ(::stat("/dev/null", &status), 0);
  EXPECT_TRUE(S_ISCHR(status.st_mode));
}

TEST(OutputFile, OnAFullDiskIsAnErrorThatNamesTheFile) {
  const auto written = write_output_file("/dev/full", "x");
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().kind, ErrorKind::io);
  EXPECT_EQ(written.error().where, "/dev/full");
  EXPECT_EQ(written.error().sys_errno, ENOSPC);
}

TEST(ExpectWritable, RefusesAFolderAndAPlaceThatIsNotThere) {
  const test::TemporaryFolder folder;
  EXPECT_FALSE(expect_writable(folder.path()));
  EXPECT_FALSE(expect_writable(folder / "absent/report.json"));
  EXPECT_TRUE(expect_writable(folder / "report.json"));
  EXPECT_TRUE(expect_writable("/dev/null"));
}

}  // namespace
}  // namespace hubward
