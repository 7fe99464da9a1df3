#include "verifier/proof/reading_order.h"

#include <gtest/gtest.h>

#include <vector>

namespace hubward {
namespace {

constexpr std::uint64_t kMegabyte = std::uint64_t{1} << 20U;

/// Job i has the i-th of these sizes.
ReadingOrder order_of(const std::vector<std::uint64_t>& sizes, std::size_t workers) {
  std::vector<std::uint32_t> jobs;
  for (std::uint32_t i = 0; i < sizes.size(); ++i) jobs.push_back(i);
  return ReadingOrder(
      jobs, [&](std::uint32_t job) { return sizes[job]; }, workers);
}

/// How many files of these sizes a worker takes up before it hashes the first byte.
std::size_t taken_at_once(ReadingOrder& order, const std::vector<std::uint64_t>& sizes) {
  ReadingOrder::Load load;
  std::uint64_t to_come = 0;
  for (;;) {
    const auto jobs = order.take(load);
    if (jobs.empty()) return load.files;
    for (const std::uint32_t job : jobs) {
      ++load.files;
      load.longest = std::max(load.longest, sizes[job]);
      order.note_to_come(to_come, to_come + sizes[job]);
      to_come += sizes[job];
    }
  }
}

TEST(ReadingOrder, LargeFilesComeBySizeAndSmallOnesAsTheyLieTogether) {
  const std::vector<std::uint64_t> sizes{5, 2 * kMegabyte, 0, 3 * kMegabyte, 7};
  auto order = order_of(sizes, 1);
  std::vector<std::uint32_t> taken;
  for (auto jobs = order.take({}); !jobs.empty(); jobs = order.take({})) {
    taken.insert(taken.end(), jobs.begin(), jobs.end());
  }
  EXPECT_EQ(taken, (std::vector<std::uint32_t>{3, 1, 0, 2, 4}));
  EXPECT_EQ(order.known_bytes(), 5 * kMegabyte + 12);
}

TEST(ReadingOrder, TwoWorkersTakeHalfOfManyFilesEach) {
  const std::vector<std::uint64_t> sizes(32, 32 * kMegabyte);
  auto order = order_of(sizes, 2);
  EXPECT_EQ(taken_at_once(order, sizes), 16U);
  EXPECT_EQ(taken_at_once(order, sizes), 16U);
}

TEST(ReadingOrder, TwoFilesHaveAWorkerEach) {
  const std::vector<std::uint64_t> sizes(2, 1000 * kMegabyte);
  auto order = order_of(sizes, 2);
  EXPECT_EQ(taken_at_once(order, sizes), 1U);
  EXPECT_EQ(taken_at_once(order, sizes), 1U);
}

TEST(ReadingOrder, AFileThatIsLongerThanAllOthersIsAlone) {
  std::vector<std::uint64_t> sizes(100, 100 * kMegabyte);
  sizes[40] = 10'000 * kMegabyte;
  auto order = order_of(sizes, 2);
  EXPECT_EQ(taken_at_once(order, sizes), 1U);
  EXPECT_EQ(taken_at_once(order, sizes), 99U);
}

TEST(ReadingOrder, OneWorkerTakesAll) {
  const std::vector<std::uint64_t> sizes(2, 1000 * kMegabyte);
  auto order = order_of(sizes, 1);
  EXPECT_EQ(taken_at_once(order, sizes), 2U);
}

TEST(ReadingOrder, SmallFilesDoNotWaitForSizesThatNobodyKnows) {
  const std::vector<std::uint64_t> sizes(64, 0);
  auto order = order_of(sizes, 2);
  EXPECT_EQ(order.take({.files = 12, .longest = 4096}).size(), 16U);
}

TEST(ReadingOrder, SmallFilesWaitForALongOneThatIsAlone) {
  std::vector<std::uint64_t> sizes(64, 4096);
  auto order = order_of(sizes, 2);
  order.note_to_come(0, 1000 * kMegabyte);
  EXPECT_TRUE(order.take({.files = 1, .longest = 1000 * kMegabyte}).empty());
  EXPECT_EQ(order.take({}).size(), 16U);
}

}  // namespace
}  // namespace hubward
