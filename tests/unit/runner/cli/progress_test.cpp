#include "runner/cli/progress.h"

#include <gtest/gtest.h>

namespace hubward {
namespace {

TEST(ProgressText, SaysHowMuchOfHowMuch) {
  EXPECT_EQ(progress_text(12, 1'200'000'000, 4'000'000'000),
            "hashing 12 blobs: 1.2 GB of 4.0 GB (30 %)");
}

TEST(ProgressText, NeverPassesTheWholeWhenBytesAreReadTwice) {
  EXPECT_EQ(progress_text(1, 200, 100), "hashing 1 blob: 100 B of 100 B (100 %)");
  EXPECT_EQ(progress_text(0, 0, 0), "hashing 0 blobs: 0 B of 0 B (100 %)");
}

}  // namespace
}  // namespace hubward
