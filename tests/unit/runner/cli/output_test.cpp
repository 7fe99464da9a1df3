#include "runner/cli/output.h"

#include "tests/support/files.h"
#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <thread>

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

TEST(OutputFile, WaitsForASlowReaderThoughOthersMadeThePipeNonBlocking) {
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC | O_NONBLOCK), 0);
  const std::string text(1'000'000, 'x');
  std::string got;
  std::thread reader([&] {
    char buffer[4096];
    while (got.size() < text.size()) {
      const ssize_t size = ::read(ends[0], buffer, sizeof buffer);
      if (size > 0) got.append(buffer, static_cast<std::size_t>(size));
    }
  });
  const int kept = ::dup(STDERR_FILENO);
  ::dup2(ends[1], STDERR_FILENO);
  say(text);
  ::dup2(kept, STDERR_FILENO);
  reader.join();
  EXPECT_TRUE(got == text);
  for (const int fd : {kept, ends[0], ends[1]}) ::close(fd);
}

TEST(Say, DoesNotWaitForEverForAReaderWhoNeverComesOnceTheCommandHasEnded) {
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  const int kept = ::dup(STDERR_FILENO);
  ::dup2(ends[1], STDERR_FILENO);
  say(std::string(1'000'000, 'x'), Patience::brief);
  ::dup2(kept, STDERR_FILENO);
  for (const int fd : {kept, ends[0], ends[1]}) ::close(fd);
}

TEST(ForgetReport, TakesAwayAnOldReportOfOursAndNothingElse) {
  const test::TemporaryFolder folder;
  test::write_file(folder / "old", "{\n  \"schema\": \"hubward.report/1\",\n  \"exit_code\": 0}");
  test::write_file(folder / "linked", test::read_file(folder / "old"));
  test::make_link("linked", folder / "link");
  test::write_file(folder / "manifest", "gpt2\n");
  for (const char* name : {"old", "link", "manifest", "absent"}) {
    EXPECT_TRUE(forget_report(folder / name)) << name;
  }
  EXPECT_FALSE(test::exists(folder / "old"));
  EXPECT_EQ(test::read_file(folder / "link"), "");
  EXPECT_EQ(test::read_file(folder / "manifest"), "gpt2\n");
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
