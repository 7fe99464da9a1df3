#include "runner/guard/no_more.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <system_error>

namespace hubward {
namespace {

using testing::HasSubstr;

TEST(NoMore, NamesTheLimitsThatTheKernelTellsNotApart) {
  EXPECT_THAT(std::string(reached_limit(EAGAIN)), HasSubstr("(ulimit -u)"));
  EXPECT_THAT(std::string(reached_limit(EAGAIN)), HasSubstr("(ulimit -v)"));
  EXPECT_EQ(reached_limit(EPERM), "");
}

TEST(NoMore, AThreadThatCannotBeStartedIsAnErrorAndNoException) {
  const auto started = start_threads("the thread cannot be started", [] {
    throw std::system_error(EAGAIN, std::generic_category());
  });
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().sys_errno, EAGAIN);
  EXPECT_THAT(started.error().what, HasSubstr("the thread cannot be started; the limit of"));
  EXPECT_TRUE(start_threads("", [] {}));
}

}  // namespace
}  // namespace hubward
