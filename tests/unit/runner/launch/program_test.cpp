#include "runner/launch/program.h"

#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <filesystem>
#include <fstream>

namespace hubward {
namespace {

using test::TemporaryFolder;
namespace fs = std::filesystem;

void write_program(const std::string& path, fs::perms permissions) {
  std::ofstream(path) << "#!/bin/sh\nexit 0\n";
  fs::permissions(path, permissions);
}

std::vector<std::string> path_of(const std::string& path) { return {"PATH=" + path}; }

TEST(Program, TheFirstFolderOfPathThatHasItWins) {
  const TemporaryFolder folder;
  fs::create_directories(folder / "a");
  fs::create_directories(folder / "b");
  write_program(folder / "b/tool", fs::perms::owner_all);
  EXPECT_EQ(*find_program("tool", path_of(folder / "a" + ":" + (folder / "b"))), folder / "b/tool");
}

TEST(Program, WhatIsNowhereIsNotFound) {
  const auto found = find_program("no-such-program", path_of("/bin"));
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().exit_code, 127);
  EXPECT_EQ(found.error().what, "cannot run 'no-such-program': No such file or directory");
}

TEST(Program, AnEmptyNameIsNotFound) {
  EXPECT_EQ(find_program("", path_of("/bin")).error().exit_code, 127);
}

TEST(Program, AFileThatMayNotBeRunIsFoundButNotRunnable) {
  const TemporaryFolder folder;
  write_program(folder / "tool", fs::perms::owner_read);
  EXPECT_EQ(find_program("tool", path_of(folder.path())).error().exit_code, 126);
  EXPECT_EQ(find_program(folder / "tool", {}).error().exit_code, 126);
}

TEST(Program, AFolderIsFoundButNotRunnable) {
  EXPECT_EQ(find_program("/tmp", {}).error().exit_code, 126);
}

TEST(Program, ARunnableOneLaterInPathBeatsAnUnrunnableOneBefore) {
  const TemporaryFolder folder;
  fs::create_directories(folder / "a");
  fs::create_directories(folder / "b");
  write_program(folder / "a/tool", fs::perms::owner_read);
  write_program(folder / "b/tool", fs::perms::owner_all);
  EXPECT_EQ(*find_program("tool", path_of(folder / "a" + ":" + (folder / "b"))), folder / "b/tool");
}

TEST(Program, AnEmptyPartOfPathIsTheWorkingDirectory) {
  EXPECT_EQ(find_program("no-such-program", path_of("")).error().exit_code, 127);
  EXPECT_EQ(*find_program("sh", path_of("::/bin")), "/bin/sh");
}

TEST(Program, WithoutPathTheSystemsDefaultIsSearched) { EXPECT_TRUE(find_program("sh", {})); }

}  // namespace
}  // namespace hubward
