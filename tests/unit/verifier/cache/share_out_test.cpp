#include "verifier/cache/share_out.h"

#include <gtest/gtest.h>

#include <sched.h>

#include <limits>

namespace hubward {
namespace {

TEST(ThreadsFor, AreAsManyAsAskedForButNoMoreThanHaveWork) {
  EXPECT_EQ(threads_for(4, 10), 4U);
  EXPECT_EQ(threads_for(4, 3), 3U);
  EXPECT_EQ(threads_for(4, 0), 1U);
  EXPECT_GE(threads_for(0, 1000), 1U);
}

TEST(ThreadsFor, AreOneWhereOnlyOneProcessorMayBeUsed) {
  cpu_set_t before;
  ASSERT_EQ(sched_getaffinity(0, sizeof before, &before), 0);
  std::size_t first = 0;
  while (!CPU_ISSET(first, &before)) ++first;
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(first, &one);
  ASSERT_EQ(sched_setaffinity(0, sizeof one, &one), 0);
  EXPECT_EQ(threads_for(0, 1000), 1U);
  EXPECT_EQ(sched_setaffinity(0, sizeof before, &before), 0);
}

TEST(ThreadsFor, HasNoMoreThreadsThanDescriptorsAreAllowedFor) {
  EXPECT_EQ(threads_within(1024), 63U);
  EXPECT_EQ(threads_within(64), 3U);
  EXPECT_EQ(threads_within(47), 1U);
  EXPECT_GT(threads_within(std::numeric_limits<std::size_t>::max()), 1'000'000U);
}

TEST(ThreadsFor, AThreadIsLeftHoweverFewTheyAre) {
  EXPECT_EQ(threads_within(16), 1U);
  EXPECT_EQ(threads_within(0), 1U);
}

TEST(ThreadsFor, ThreadsShareWhatTheProcessItselfLeaves) {
  EXPECT_EQ(descriptors_for_each(2, 64), 24U);
  EXPECT_EQ(descriptors_for_each(1, 24), 8U);
  EXPECT_EQ(descriptors_for_each(3, 10), 1U);
}

}  // namespace
}  // namespace hubward
