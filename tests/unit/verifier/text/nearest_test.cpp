#include "verifier/text/nearest.h"

#include <gtest/gtest.h>

#include <string>

namespace hubward {
namespace {

TEST(Nearest, AnEditIsAnInsertionADeletionAReplacementOrASwap) {
  EXPECT_EQ(edit_distance("", ""), 0u);
  EXPECT_EQ(edit_distance("abc", ""), 3u);
  EXPECT_EQ(edit_distance("", "abc"), 3u);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3u);
  EXPECT_EQ(edit_distance("gtp2", "gpt2"), 1u);
  EXPECT_EQ(edit_distance("Level", "level"), 0u);
}

TEST(Nearest, TheFirstOfEqualsIsTaken) {
  constexpr std::string_view kKnown[] = {"retries", "parallel", "dir", "dit"};
  EXPECT_EQ(nearest("retires", kKnown), "retries");
  EXPECT_EQ(nearest("dix", kKnown), "dir");
  EXPECT_EQ(nearest("x", {}), "");
}

TEST(Nearest, ASlipOfThePenIsNearAndAnotherWordIsNot) {
  EXPECT_TRUE(is_near("retires", "retries"));
  EXPECT_TRUE(is_near("dri", "dir"));
  EXPECT_TRUE(is_near("on_incomplet", "on_incomplete"));
  EXPECT_FALSE(is_near("dir", "client"));
  EXPECT_FALSE(is_near("colour", "deadline"));
  EXPECT_FALSE(is_near("x", "y"));
}

TEST(Nearest, OnlyTheBeginningOfAHugeWordIsLookedAt) {
  EXPECT_EQ(edit_distance(std::string(10'000'000, 'a'), std::string(10'000'000, 'b')), 256u);
}

}  // namespace
}  // namespace hubward
