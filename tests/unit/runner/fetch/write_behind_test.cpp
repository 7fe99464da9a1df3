#include "runner/fetch/write_behind.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <atomic>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

namespace hubward::test {
namespace {

using testing::Each;
using testing::Eq;

std::vector<std::byte> bytes_of(std::size_t count, std::byte value) {
  return std::vector<std::byte>(count, value);
}

/// A lane that keeps what it was given.
struct Kept {
  explicit Kept(WriteBehind& pool)
      : lane(pool, [this](std::span<const std::byte> some) {
          std::ranges::copy(some, std::back_inserter(bytes));
        }) {}
  std::vector<std::byte> bytes;
  WriteBehind::Lane lane;
};

TEST(WriteBehindTest, EachLaneGetsItsOwnBytesInTheirOrder) {
  WriteBehind pool(3);
  std::vector<std::unique_ptr<Kept>> lanes;
  for (int i = 0; i < 8; ++i) lanes.push_back(std::make_unique<Kept>(pool));
  std::vector<std::vector<std::byte>> put(lanes.size());
  for (int round = 0; round < 100; ++round) {
    for (std::size_t i = 0; i < lanes.size(); ++i) {
      const auto piece = bytes_of(10'000 + 7'000 * i, std::byte(round));
      put[i].insert(put[i].end(), piece.begin(), piece.end());
      lanes[i]->lane.put(piece);
    }
  }
  for (std::size_t i = 0; i < lanes.size(); ++i) {
    lanes[i]->lane.settle();
    EXPECT_TRUE(lanes[i]->bytes == put[i]) << i;
  }
}

TEST(WriteBehindTest, SettleWaitsForLessThanAPiece) {
  WriteBehind pool(1);
  Kept kept(pool);
  kept.lane.put(bytes_of(3, std::byte{7}));
  kept.lane.settle();
  EXPECT_THAT(kept.bytes, testing::AllOf(testing::SizeIs(3), Each(Eq(std::byte{7}))));
}

TEST(WriteBehindTest, ALaneThatGoesWaitsForItsBytes) {
  WriteBehind pool(2);
  std::atomic<std::size_t> seen{0};
  {
    WriteBehind::Lane lane(pool, [&](std::span<const std::byte> some) { seen += some.size(); });
    lane.put(bytes_of(WriteBehind::kPiece + 5, std::byte{1}));
  }
  EXPECT_EQ(seen, WriteBehind::kPiece + 5);
}

TEST(WriteBehindTest, WhoHandsOverMoreThanMayWaitWaits) {
  WriteBehind pool(1);
  std::atomic<std::size_t> worked{0};
  std::size_t most = 0;
  WriteBehind::Lane lane(pool, [&](std::span<const std::byte> some) { worked += some.size(); });
  const auto piece = bytes_of(WriteBehind::kPiece, std::byte{1});
  for (std::size_t put = 0; put < 16 * WriteBehind::kMostWaiting; put += piece.size()) {
    lane.put(piece);
    most = std::max(most, put + piece.size() - worked);
  }
  EXPECT_LE(most, WriteBehind::kMostWaiting + WriteBehind::kPiece);
}

TEST(WriteBehindTest, WithoutThreadsTheWorkIsDoneAtOnce) {
  WriteBehind pool(0);
  Kept kept(pool);
  kept.lane.put(bytes_of(3, std::byte{7}));
  EXPECT_EQ(kept.bytes.size(), 3U);
}

}  // namespace
}  // namespace hubward::test
