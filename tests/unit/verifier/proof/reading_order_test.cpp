#include "verifier/proof/reading_order.h"

#include <gtest/gtest.h>

#include <atomic>
#include <optional>
#include <thread>
#include <vector>

namespace hubward {
namespace {

constexpr std::uint64_t kMegabyte = std::uint64_t{1} << 20U;
constexpr std::optional<std::uint64_t> kUnknown;

/// Job i has the i-th of these sizes.
template <class Size>
ReadingOrder order_of(const std::vector<Size>& sizes, std::size_t workers) {
  std::vector<std::uint32_t> jobs;
  for (std::uint32_t i = 0; i < sizes.size(); ++i) jobs.push_back(i);
  return ReadingOrder(
      jobs, [&](std::uint32_t job) { return std::optional<std::uint64_t>(sizes[job]); }, workers);
}

/// How many files of these sizes a worker takes up before it hashes the first byte.
std::size_t taken_at_once(ReadingOrder& order, const std::vector<std::uint64_t>& sizes) {
  ReadingOrder::Load load;
  std::uint64_t to_come = 0;
  for (;;) {
    const auto jobs = order.take(load).jobs;
    if (jobs.empty()) return load.files;
    for (const std::uint32_t job : jobs) {
      ++load.files;
      load.longest = std::max(load.longest, sizes[job]);
      order.note_to_come(to_come, to_come + sizes[job]);
      to_come += sizes[job];
    }
  }
}

/// All that one worker takes that never has anything in hand.
std::vector<std::uint32_t> rest_of(ReadingOrder& order) {
  std::vector<std::uint32_t> taken;
  for (auto jobs = order.take({}).jobs; !jobs.empty(); jobs = order.take({}).jobs) {
    taken.insert(taken.end(), jobs.begin(), jobs.end());
  }
  return taken;
}

TEST(ReadingOrder, LargeFilesComeBySizeAndSmallOnesAsTheyLieTogether) {
  const std::vector<std::uint64_t> sizes{5, 2 * kMegabyte, 0, 3 * kMegabyte, 7};
  auto order = order_of(sizes, 1);
  EXPECT_EQ(rest_of(order), (std::vector<std::uint32_t>{3, 1, 0, 2, 4}));
  EXPECT_EQ(order.known_bytes(), 5 * kMegabyte + 12);
}

TEST(ReadingOrder, FilesOfUnknownSizeComeFirstAndTheLargeOfThemAgain) {
  const std::vector<std::optional<std::uint64_t>> sizes{2 * kMegabyte, kUnknown,      5,
                                                        kUnknown,      4 * kMegabyte, kUnknown};
  auto order = order_of(sizes, 1);
  const ReadingOrder::Item first = order.take({});
  EXPECT_TRUE(first.is_unsized);
  EXPECT_EQ(std::vector(first.jobs.begin(), first.jobs.end()),
            (std::vector<std::uint32_t>{1, 3, 5}));
  order.put_back(3, 3 * kMegabyte);
  order.put_back(5, 4 * kMegabyte);
  order.note_sized();
  EXPECT_EQ(rest_of(order), (std::vector<std::uint32_t>{4, 5, 3, 0, 2}));
  EXPECT_EQ(order.known_bytes(), 6 * kMegabyte + 5);
}

TEST(ReadingOrder, AWorkerWithNothingInHandWaitsForWhatAnotherMayPutBack) {
  const std::vector<std::optional<std::uint64_t>> sizes(2, kUnknown);
  auto order = order_of(sizes, 2);
  ASSERT_EQ(order.take({}).jobs.size(), 2U);
  std::atomic<std::uint32_t> got = 99;
  std::atomic<bool> is_over = false;
  std::jthread other([&] {
    got = order.take({}).jobs.front();
    is_over = order.take({}).jobs.empty();
  });
  // With something in hand it does not wait.
  EXPECT_TRUE(order.take({.files = 1, .longest = 5}).jobs.empty());
  order.put_back(1, kMegabyte);
  order.note_sized();
  other.join();
  EXPECT_EQ(got, 1U);
  EXPECT_TRUE(is_over);
}

TEST(ReadingOrder, AWorkerThatFindsNothingPutBackEnds) {
  const std::vector<std::optional<std::uint64_t>> sizes(1, kUnknown);
  auto order = order_of(sizes, 2);
  ASSERT_EQ(order.take({}).jobs.size(), 1U);
  std::jthread other([&] { EXPECT_TRUE(order.take({}).jobs.empty()); });
  order.note_sized();
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
  for (const auto size : {kUnknown, std::optional<std::uint64_t>(0)}) {
    const std::vector<std::optional<std::uint64_t>> sizes(64, size);
    auto order = order_of(sizes, 2);
    EXPECT_EQ(order.take({.files = 12, .longest = 4096}).jobs.size(), 16U);
  }
}

TEST(ReadingOrder, SmallFilesWaitForALongOneThatIsAlone) {
  std::vector<std::uint64_t> sizes(64, 4096);
  auto order = order_of(sizes, 2);
  order.note_to_come(0, 1000 * kMegabyte);
  EXPECT_TRUE(order.take({.files = 1, .longest = 1000 * kMegabyte}).jobs.empty());
  EXPECT_EQ(order.take({}).jobs.size(), 16U);
}

}  // namespace
}  // namespace hubward
