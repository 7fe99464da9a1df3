#include "verifier/report/counted.h"

#include <gtest/gtest.h>

namespace hubward {
namespace {

TEST(Counted, BendsTheWord) {
  EXPECT_EQ(counted(1, "entry", "entries"), "1 entry");
  EXPECT_EQ(counted(0, "entry", "entries"), "0 entries");
}

}  // namespace
}  // namespace hubward
