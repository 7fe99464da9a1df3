#include "verifier/proof/crew.h"

#include <gtest/gtest.h>

#include <limits>

namespace hubward {
namespace {

void expect_crew(std::size_t threads, std::size_t descriptors, const Crew& expected) {
  const Crew crew = crew_for(threads, descriptors);
  EXPECT_EQ(crew.threads, expected.threads) << threads << " of " << descriptors;
  EXPECT_EQ(crew.lanes, expected.lanes) << threads << " of " << descriptors;
}

TEST(Crew, IsWholeWhereDescriptorsAreAllowedForIt) {
  expect_crew(2, 1024, {2, 16});
  expect_crew(16, 1024, {16, 16});
  expect_crew(200, std::numeric_limits<std::size_t>::max(), {200, 16});
}

TEST(Crew, HasFewerFilesOpenBeforeItHasFewerThreads) {
  expect_crew(64, 1024, {64, 4});
  expect_crew(2, 64, {2, 13});
  expect_crew(2, 40, {2, 1});
}

TEST(Crew, HasFewerThreadsWhereEvenOneFileEachIsTooMuch) {
  expect_crew(200, 1024, {84, 1});
  expect_crew(2, 32, {1, 5});
}

TEST(Crew, IsNeverEmpty) {
  expect_crew(8, 16, {1, 1});
  expect_crew(8, 0, {1, 1});
}

TEST(Crew, NeedsNoMoreThanIsAllowed) {
  for (std::size_t threads = 1; threads < 100; ++threads) {
    for (std::size_t descriptors = 28; descriptors < 2000; ++descriptors) {
      const Crew crew = crew_for(threads, descriptors);
      ASSERT_LE(16 + crew.threads * (11 + crew.lanes), descriptors) << threads;
    }
  }
}

}  // namespace
}  // namespace hubward
