#include "verifier/cache/share_out.h"

#include <gtest/gtest.h>

#include <sched.h>

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

}  // namespace
}  // namespace hubward
