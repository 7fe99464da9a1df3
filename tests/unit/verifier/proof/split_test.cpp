#include "verifier/proof/split.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>

namespace hubward {
namespace {

class Split : public testing::Test {
 protected:
  void add(std::uint64_t size) {
    names_.push_back("models--a/blobs/" + std::to_string(names_.size()));
    sizes_.push_back(size);
  }
  std::vector<HashUnit> units() const {
    std::vector<HashUnit> units;
    for (std::size_t i = 0; i < names_.size(); ++i) units.push_back({names_[i], sizes_[i]});
    return units;
  }
  std::vector<std::uint64_t> loads(unsigned of) const {
    std::vector<std::uint64_t> bytes(of);
    const std::vector<unsigned> shards = split_among(units(), of);
    for (std::size_t i = 0; i < shards.size(); ++i) bytes.at(shards[i] - 1) += sizes_[i];
    return bytes;
  }

  std::vector<std::string> names_;
  std::vector<std::uint64_t> sizes_;
};

TEST_F(Split, NoTwoShardsDifferByMoreThanTheLargestFile) {
  std::mt19937 dice(7);
  for (int i = 0; i < 500; ++i) add(dice() % (1u << (dice() % 30)));
  const std::uint64_t largest = *std::ranges::max_element(sizes_);
  for (const unsigned of : {1u, 2u, 3u, 16u, 499u, 1000u}) {
    const auto bytes = loads(of);
    EXPECT_LE(*std::ranges::max_element(bytes) - *std::ranges::min_element(bytes), largest) << of;
  }
}

TEST_F(Split, IsTheSameInWhateverOrderTheFilesAreMet) {
  for (const std::uint64_t size : {5u, 5u, 5u, 9u, 1u, 0u, 0u, 5u, 1000u}) add(size);
  std::vector<HashUnit> all = units();
  const auto by_name = [&] {
    std::map<std::string_view, unsigned> shards;
    const std::vector<unsigned> split = split_among(all, 3);
    for (std::size_t i = 0; i < all.size(); ++i) shards[all[i].path] = split[i];
    return shards;
  };
  const auto first = by_name();
  std::mt19937 dice(1);
  for (int i = 0; i < 20; ++i) {
    std::shuffle(all.begin(), all.end(), dice);
    EXPECT_EQ(by_name(), first);
  }
}

TEST_F(Split, GivesEachShardOneOfAsManyFilesOfOneSize) {
  for (int i = 0; i < 8; ++i) add(64);
  auto shards = split_among(units(), 8);
  std::ranges::sort(shards);
  EXPECT_EQ(shards, (std::vector<unsigned>{1, 2, 3, 4, 5, 6, 7, 8}));
}

TEST_F(Split, EmptyFilesDoNotAllFallToOne) {
  for (int i = 0; i < 9; ++i) add(0);
  const auto shards = split_among(units(), 3);
  for (const unsigned shard : {1u, 2u, 3u}) EXPECT_EQ(std::ranges::count(shards, shard), 3);
}

TEST_F(Split, OfNothingIsNothing) { EXPECT_TRUE(split_among({}, 4).empty()); }

}  // namespace
}  // namespace hubward
