#include "runner/doctor/file_system.h"

#include "tests/support/files.h"
#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <filesystem>

namespace hubward::test {
namespace {

TEST(FileSystem, ALockOnALocalOneExcludesAndLeavesNothing) {
  const TemporaryFolder folder;
  const auto facts = look_at_file_system(folder.path());
  ASSERT_TRUE(facts.has_value());
  EXPECT_EQ(facts->flock, FlockAnswer::excludes);
  EXPECT_FALSE(facts->is_network);
  EXPECT_GE(facts->total_bytes, facts->free_bytes);
  EXPECT_GT(facts->total_bytes, 0u);
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(FileSystem, APlaceThatIsNotThereIsThatOfItsParents) {
  const TemporaryFolder folder;
  const auto facts = look_at_file_system(folder / "no/such/folder");
  ASSERT_TRUE(facts.has_value());
  EXPECT_EQ(facts->kind, look_at_file_system(folder.path())->kind);
  EXPECT_FALSE(exists(folder / "no"));
}

TEST(FileSystem, TheLookTakesNoLockThatSomebodyWaitsFor) {
  const TemporaryFolder folder;
  const int held = ::open(folder.path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  ASSERT_EQ(::flock(held, LOCK_EX | LOCK_NB), 0);
  EXPECT_EQ(look_at_file_system(folder.path())->flock, FlockAnswer::excludes);
  ::close(held);
}

TEST(FileSystem, KindsAreKnownByTheKernelsNumber) {
  EXPECT_EQ(file_system_kind(0xEF53)->name, "ext4");
  EXPECT_TRUE(file_system_kind(0x6969)->is_network);
  EXPECT_TRUE(file_system_kind(0xFF534D42)->is_network);
  EXPECT_FALSE(file_system_kind(0x12345678).has_value());
}

}  // namespace
}  // namespace hubward::test
