#include "verifier/text/units.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

namespace hubward {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

constexpr std::uint64_t kLargest = std::numeric_limits<std::uint64_t>::max();

std::uint64_t size_of(std::string_view text) {
  const auto size = parse_size(text);
  EXPECT_TRUE(size) << text;
  return size.value_or(kLargest);
}

TEST(Units, DurationsAreWholeNumbersWithAUnit) {
  EXPECT_EQ(parse_duration("90s").value_or(0s), 90s);
  EXPECT_EQ(parse_duration("15m").value_or(0s), 15min);
  EXPECT_EQ(parse_duration("2h").value_or(0s), 2h);
  EXPECT_EQ(parse_duration("0s").value_or(1s), 0s);
  EXPECT_EQ(parse_duration("0").value_or(1s), 0s);
}

TEST(Units, OtherTextsAreNoDurations) {
  for (const char* text : {"", "90", "s", "1.5h", "-1s", "+1s", " 1s", "1 s", "1s ", "1h30m", "1S",
                           "1w", "1ms", "0x1s", "99999999999999999999s", "1\x1bs"}) {
    const auto duration = parse_duration(text);
    ASSERT_FALSE(duration) << text;
    EXPECT_EQ(duration.error().kind, ErrorKind::bad_input);
    EXPECT_THAT(duration.error().what, HasSubstr("is not a duration"));
    EXPECT_THAT(duration.error().what, testing::Not(HasSubstr("\x1b")));
  }
}

TEST(Units, AYearIsTheLongestDuration) {
  EXPECT_EQ(parse_duration("8760h").value_or(0s), 8760h);
  EXPECT_EQ(parse_duration("365d").value_or(0s), 8760h);
  EXPECT_FALSE(parse_duration("366d"));
  EXPECT_EQ(parse_duration("31536000s").value_or(0s), 8760h);
  EXPECT_FALSE(parse_duration("8761h"));
  EXPECT_FALSE(parse_duration("31536001s"));
  EXPECT_FALSE(parse_duration("999999999999h"));
}

TEST(Units, SizesAreDecimalOrBinaryInAnyCase) {
  EXPECT_EQ(size_of("0B"), 0u);
  EXPECT_EQ(size_of("0"), 0u);
  EXPECT_EQ(size_of("100B"), 100u);
  EXPECT_EQ(size_of("1kB"), 1000u);
  EXPECT_EQ(size_of("10GB"), 10'000'000'000u);
  EXPECT_EQ(size_of("512MiB"), 536'870'912u);
  EXPECT_EQ(size_of("512mib"), 536'870'912u);
  EXPECT_EQ(size_of("2TiB"), 2'199'023'255'552u);
  EXPECT_EQ(size_of("1.5GB"), 1'500'000'000u);
  EXPECT_EQ(size_of("0.25KiB"), 256u);
}

TEST(Units, OtherTextsAreNoSizes) {
  for (const char* text : {"", "10", "GB", "10 GB", "-1B", "1G", "1.GB", ".5GB", "1,5GB",
                           "1.1234567GB", "1e3B", "10GBx", "10Gib ", "9999999999999B"})
    EXPECT_FALSE(parse_size(text)) << text;
}

TEST(Units, ASizeBeyond64BitsIsRefusedAndNotWrapped) {
  EXPECT_EQ(size_of("16777215TiB"), kLargest - 1024ull * 1024 * 1024 * 1024 + 1);
  EXPECT_FALSE(parse_size("16777216TiB"));
  EXPECT_FALSE(parse_size("16777216.5TiB"));
  EXPECT_EQ(size_of("16777215.999999TiB") >> 40, 16777215u);
  EXPECT_FALSE(parse_size("999999999999TB"));
}

TEST(Units, SizesReadAsOnTheHubsPages) {
  EXPECT_EQ(format_size(0), "0 B");
  EXPECT_EQ(format_size(999), "999 B");
  EXPECT_EQ(format_size(1000), "1.0 kB");
  EXPECT_EQ(format_size(999'949), "999.9 kB");
  EXPECT_EQ(format_size(999'999), "1.0 MB");
  EXPECT_EQ(format_size(548'105'171), "548.1 MB");
  EXPECT_EQ(format_size(12'345'678'901), "12.3 GB");
  EXPECT_EQ(format_size(kLargest), "18.4 EB");
}

TEST(Units, DurationsReadAsPeopleSayThem) {
  EXPECT_EQ(format_duration(0ms), "0.0 s");
  EXPECT_EQ(format_duration(-5ms), "0.0 s");
  EXPECT_EQ(format_duration(350ms), "0.4 s");
  EXPECT_EQ(format_duration(59'949ms), "59.9 s");
  EXPECT_EQ(format_duration(59'950ms), "1 min 0 s");
  EXPECT_EQ(format_duration(185s), "3 min 5 s");
  EXPECT_EQ(format_duration(2h + 59s), "2 h 0 min");
}

}  // namespace
}  // namespace hubward
