#include "verifier/report/amounts.h"

#include <gtest/gtest.h>

namespace hubward {
namespace {

TEST(HumanSize, CountsInThousandsAsTheHubDoes) {
  EXPECT_EQ(human_size(0), "0 B");
  EXPECT_EQ(human_size(999), "999 B");
  EXPECT_EQ(human_size(1000), "1.0 kB");
  EXPECT_EQ(human_size(548'105'171), "548.1 MB");
  EXPECT_EQ(human_size(UINT64_MAX), "18.4 EB");
}

TEST(HumanSize, NeverPrintsAThousandOfAUnit) {
  EXPECT_EQ(human_size(999'949), "999.9 kB");
  EXPECT_EQ(human_size(999'950), "1.0 MB");
}

TEST(HumanSeconds, SaysMinutesFromTwoOnwards) {
  EXPECT_EQ(human_seconds(0.034), "0.03 s");
  EXPECT_EQ(human_seconds(119.9), "119.9 s");
  EXPECT_EQ(human_seconds(185.4), "3 min 5 s");
}

TEST(Counted, BendsTheWord) {
  EXPECT_EQ(counted(1, "entry", "entries"), "1 entry");
  EXPECT_EQ(counted(0, "entry", "entries"), "0 entries");
}

}  // namespace
}  // namespace hubward
