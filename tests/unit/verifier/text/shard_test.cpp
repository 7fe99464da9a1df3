#include <hubward/shard.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hubward {
namespace {

using testing::HasSubstr;

std::string fault_of(std::string_view text) {
  const auto shard = parse_shard(text);
  EXPECT_FALSE(shard) << text;
  return shard ? "" : shard.error().what;
}

TEST(ParseShard, TakesEachShardOfAsManyAsThereMayBe) {
  for (const char* text : {"1/1", "1/2", "2/2", "3/16", "10000/10000"}) {
    const auto shard = parse_shard(text);
    ASSERT_TRUE(shard) << text;
    EXPECT_EQ(to_string(*shard), text);
    EXPECT_TRUE(is_shard(*shard));
  }
}

TEST(ParseShard, RefusesWhatIsNotTwoNumbers) {
  for (const char* text :
       {"",     "/",    "3",    "3/",    "/3",    "1/2/3", "a/b",  "1-4",  "-1/4", "+1/4",
        "1/-4", " 1/4", "1/4 ", "1 / 4", "1.0/4", "0x1/4", "01/3", "1/03", "00/1", "\x1b[1m/4"}) {
    EXPECT_THAT(fault_of(text), HasSubstr("is not I/N")) << text;
  }
}

TEST(ParseShard, SaysOfAShardThatThereIsNotWhichThereAre) {
  EXPECT_THAT(fault_of("0/4"), HasSubstr("the first is 1"));
  EXPECT_THAT(fault_of("0/0"), HasSubstr("there is at least one"));
  EXPECT_EQ(fault_of("1/0"), "`1/0` is no shard: there is at least one, which is 1/1");
  EXPECT_THAT(fault_of("5/4"), HasSubstr("the last of 4 is 4/4"));
  EXPECT_THAT(fault_of("1/10001"), HasSubstr("10000"));
  EXPECT_THAT(fault_of("99999999999999999999/4"), HasSubstr("the last of 4 is 4/4"));
  EXPECT_THAT(fault_of("1/99999999999999999999"), HasSubstr("10000"));
}

}  // namespace
}  // namespace hubward
