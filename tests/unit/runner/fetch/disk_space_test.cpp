#include "runner/fetch/disk_space.h"

#include "tests/support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <limits>

namespace hubward::test {
namespace {

using testing::HasSubstr;

TEST(DiskSpace, WhatIsFreeToTheLastByteIsEnough) {
  EXPECT_TRUE(fits("/cache", 0, 0));
  EXPECT_TRUE(fits("/cache", 5'000'000, 5'000'000));
  const auto refused = fits("/cache", 5'000'001, 5'000'000);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::io);
  EXPECT_EQ(refused.error().where, "/cache");
  EXPECT_EQ(refused.error().sys_errno, ENOSPC);
  EXPECT_THAT(refused.error().what, HasSubstr("5.0 MB are to be downloaded, and 5.0 MB are free"));
}

TEST(DiskSpace, TheFileSystemIsAskedAtTheNearestFolderThatIsThere) {
  const TemporaryFolder folder;
  const std::string deep = folder / "not/there/yet";
  EXPECT_TRUE(expect_room(deep, 1));
  EXPECT_FALSE(expect_room(deep, std::numeric_limits<std::uint64_t>::max()));
  EXPECT_TRUE(expect_room(deep, 0));
}

}  // namespace
}  // namespace hubward::test
