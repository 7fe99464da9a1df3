#include "tests/support/faulty_disk.h"

#include "tests/support/files.h"
#include "tests/support/matchers.h"
#include "tests/support/temporary_folder.h"
#include <hubward/verify.h>

#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <string>

namespace hubward::test {
namespace {

class FaultyDiskTest : public testing::Test {
 protected:
  FaultyDiskTest() { write_file(folder_ / "a/file", "0123456789"); }

  const TemporaryFolder folder_;
  const std::unique_ptr<Disk> real_ = real_disk(folder_.path(), {});
};

std::string first_four(const FileBytes& file) {
  std::array<std::byte, 4> buffer{};
  const auto count = file.read_at(0, buffer);
  std::string text;
  for (std::size_t i = 0; count && i < *count; ++i) {
    text += static_cast<char>(buffer.at(i));
  }
  return count ? text : "failed";
}

TEST_F(FaultyDiskTest, OnlyTheNamedCallAtTheNamedPathFails) {
  const FaultyDisk disk(*real_, {{.call = DiskCall::read,
                                  .path = "a/file",
                                  .effect = DiskEffect::fails,
                                  .from = 2,
                                  .times = 1}});
  const auto folder = disk.open_folder("a");
  ASSERT_THAT(folder, Succeeds());
  const auto file = (*folder)->open_file("file");
  ASSERT_THAT(file, Succeeds());
  EXPECT_EQ(first_four(**file), "0123");
  EXPECT_EQ(first_four(**file), "failed");
  EXPECT_EQ(first_four(**file), "0123");
  EXPECT_EQ(disk.calls(DiskCall::read, "a/file"), 3);
}

TEST_F(FaultyDiskTest, AReadCanBeFlippedShortenedOrEnded) {
  const FaultyDisk disk(*real_,
                        {{.call = DiskCall::read, .effect = DiskEffect::flips},
                         {.call = DiskCall::read, .effect = DiskEffect::shortens, .from = 2},
                         {.call = DiskCall::read, .effect = DiskEffect::ends, .from = 3}});
  const auto folder = disk.open_folder("a");
  ASSERT_THAT(folder, Succeeds());
  const auto file = (*folder)->open_file("file");
  ASSERT_THAT(file, Succeeds());
  EXPECT_EQ(first_four(**file), "1123");
  EXPECT_EQ(first_four(**file), "01");
  EXPECT_EQ(first_four(**file), "");
}

TEST_F(FaultyDiskTest, AFileCanChangeOrVanishBetweenTwoLooks) {
  const FaultyDisk disk(
      *real_,
      {{.call = DiskCall::identity, .effect = DiskEffect::other_identity, .from = 2, .times = 0},
       {.call = DiskCall::status, .effect = DiskEffect::vanishes}});
  const auto folder = disk.open_folder("a");
  ASSERT_THAT(folder, Succeeds());
  EXPECT_THAT((*folder)->status("file"), FailsWith(ErrorKind::no_such_input));
  EXPECT_THAT((*folder)->status("file"), Succeeds());
  const auto file = (*folder)->open_file("file");
  ASSERT_THAT(file, Succeeds());
  const auto before = (*file)->identity();
  const auto after = (*file)->identity();
  ASSERT_THAT(before, Succeeds());
  ASSERT_THAT(after, Succeeds());
  EXPECT_NE(*before, *after);
}

}  // namespace
}  // namespace hubward::test
