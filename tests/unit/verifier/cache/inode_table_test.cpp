#include "verifier/cache/inode_table.h"

#include <gtest/gtest.h>

namespace hubward {
namespace {

/// Keeps what the table is asked about, as its users do.
class Files {
 public:
  std::uint32_t meet(std::uint64_t device, std::uint64_t inode) {
    const FileIdentity identity{.device = device, .inode = inode};
    const auto next = static_cast<std::uint32_t>(met_.size());
    met_.push_back(identity);
    return table_.find_or_add(identity, next, [&](std::uint32_t at) { return met_[at]; });
  }

 private:
  InodeTable table_;
  std::vector<FileIdentity> met_;
};

TEST(InodeTable, TheSameInodeIsFoundAgain) {
  Files files;
  EXPECT_EQ(files.meet(1, 7), 0U);
  EXPECT_EQ(files.meet(1, 8), 1U);
  EXPECT_EQ(files.meet(1, 7), 0U);
}

TEST(InodeTable, TheSameNumberOnAnotherDeviceIsAnotherFile) {
  Files files;
  EXPECT_EQ(files.meet(1, 7), 0U);
  EXPECT_EQ(files.meet(2, 7), 1U);
}

TEST(InodeTable, NothingIsLostWhileItGrows) {
  Files files;
  constexpr std::uint32_t kMany = 10'000;
  for (std::uint32_t i = 0; i < kMany; ++i) ASSERT_EQ(files.meet(1, i * 4096ULL), i);
  for (std::uint32_t i = 0; i < kMany; ++i) ASSERT_EQ(files.meet(1, i * 4096ULL), i);
}

}  // namespace
}  // namespace hubward
