#include "verifier/cache/share_out.h"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

#include <thread>

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

TEST(OwnDescriptors, HoldWhatIsOpenAndKeepWhatIsOpenedToThemselves) {
  const int before = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  ASSERT_GE(before, 0);
  int opened = -1;
  bool is_open_here = false;
  std::jthread([&] {
    use_own_descriptors();
    is_open_here = ::fcntl(before, F_GETFD) >= 0;
    opened = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  }).join();
  EXPECT_TRUE(is_open_here);
  ASSERT_GE(opened, 0);
  const bool is_shared = ::fcntl(opened, F_GETFD) >= 0;
  if (is_shared) ::close(opened);
  ::close(before);
  if (is_shared) GTEST_SKIP() << "no thread may have descriptors of its own here";
}

}  // namespace
}  // namespace hubward
