#include "runner/hub/rate_limit.h"

#include <gtest/gtest.h>

namespace hubward::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// Sun, 06 Nov 1994 08:49:37 GMT.
constexpr std::chrono::system_clock::time_point kThen{seconds(784'111'777)};

std::optional<seconds> told(std::initializer_list<const char*> lines) {
  Headers headers;
  for (const char* line : lines) headers.add_line(line);
  return told_wait(headers, kThen);
}

TEST(RateLimitWords, TheHubsOwnSpellingIsRead) {
  const auto limit = parse_rate_limit("\"api\";r=0;t=55");
  ASSERT_TRUE(limit);
  EXPECT_EQ(limit->remaining, 0u);
  EXPECT_EQ(limit->reset, seconds(55));
  EXPECT_TRUE(parse_rate_limit("\"resolvers\"; r=12; t=3"));
  for (const char* text :
       {"", "api", "\"api\";r=0", "\"api\";t=5", "\"api\";r=-1;t=5", "\"api\";r=0;t=1x"}) {
    EXPECT_FALSE(parse_rate_limit(text)) << text;
  }
}

TEST(RateLimitWords, ThePolicyTellsHowManyInWhichWindow) {
  const auto policy = parse_rate_policy("\"fixed window\";\"api\";q=500;w=300");
  ASSERT_TRUE(policy);
  EXPECT_EQ(policy->resource, "api");
  EXPECT_EQ(policy->quota, 500u);
  EXPECT_EQ(policy->window, seconds(300));
  EXPECT_TRUE(parse_rate_policy("w=1;q=2"));
  for (const char* text : {"", "\"api\"", "q=500", "w=300", "q=-1;w=3", "q=1;w=x"}) {
    EXPECT_FALSE(parse_rate_policy(text)) << text;
  }
}

TEST(RateLimitWords, RetryAfterIsSecondsOrADate) {
  EXPECT_EQ(parse_retry_after("120", kThen), seconds(120));
  EXPECT_EQ(parse_retry_after("Sun, 06 Nov 1994 08:50:37 GMT", kThen), seconds(60));
  EXPECT_EQ(parse_retry_after("Sun, 06 Nov 1994 08:40:00 GMT", kThen), seconds(0));
  for (const char* text : {"", "soon", "-5", "1.5", "Sun, 06 Nov 1994 08:49:37", "06 Nov 1994",
                           "Sun, 31 Feb 1994 08:49:37 GMT", "Sun, 06 Xyz 1994 08:49:37 GMT"}) {
    EXPECT_FALSE(parse_retry_after(text, kThen)) << text;
  }
}

TEST(RateLimitWords, TheLaterOfTwoTimesCounts) {
  EXPECT_EQ(told({"RateLimit: \"api\";r=0;t=55", "Retry-After: 10"}), seconds(56));
  EXPECT_EQ(told({"RateLimit: \"api\";r=0;t=5", "Retry-After: 10"}), seconds(10));
  EXPECT_EQ(told({"ratelimit: \"api\";r=3;t=55"}), std::nullopt);
  EXPECT_EQ(told({}), std::nullopt);
}

TEST(RateLimitWords, AnAbsurdWaitIsALongOneAndNotNone) {
  EXPECT_EQ(told({"Retry-After: 18446744073709551615"}), kLongestTold);
  EXPECT_EQ(told({"Retry-After: 100000000000000000000"}), kLongestTold);
  EXPECT_EQ(told({"Retry-After: 99999999999999999999999x"}), std::nullopt);
  EXPECT_EQ(told({"Retry-After: Sun, 06 Nov 9999 08:49:37 GMT"}), kLongestTold);
  EXPECT_EQ(told({"Retry-After: Sun, 06 Nov 2011 08:49:37 GMT"}), seconds(536'457'600));
  EXPECT_EQ(told({"RateLimit: \"api\";r=0;t=99999999999999999999999"}), kLongestTold + seconds(1));
}

TEST(Backoff, DoublesUpToAMinuteAndIsChancesOwn) {
  EXPECT_EQ(backoff(1, 1), milliseconds(1000));
  EXPECT_EQ(backoff(2, 1), milliseconds(2000));
  EXPECT_EQ(backoff(6, 1), milliseconds(32000));
  EXPECT_EQ(backoff(7, 1), milliseconds(60000));
  EXPECT_EQ(backoff(4'000'000'000, 1), milliseconds(60000));
  EXPECT_EQ(backoff(3, 0.5), milliseconds(2000));
  EXPECT_EQ(backoff(3, 0), milliseconds(0));
}

}  // namespace
}  // namespace hubward::test
