#include "verifier/cache/name_order.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace hubward {
namespace {

TEST(NameOrder, BeginningsAreOrderedAsTheNamesAre) {
  const std::vector<std::string> names = {"", "0", "0a", "a", "aaaaaaa", "aaaaaaaa", "b", "\xff"};
  for (std::size_t i = 1; i < names.size(); ++i) {
    EXPECT_LT(beginning_of(names[i - 1]), beginning_of(names[i])) << names[i];
  }
  EXPECT_EQ(beginning_of("aaaaaaaa"), beginning_of("aaaaaaaab"));
}

TEST(NameOrder, FindsWhatTheStandardLibraryFinds) {
  for (std::size_t count = 0; count <= 40; ++count) {
    std::vector<std::uint64_t> sorted;
    // Every third number, some of them twice.
    for (std::size_t i = 0; i < count; ++i) sorted.push_back(3 * (i - i % 2 * (i % 4 / 2)));
    std::ranges::sort(sorted);
    for (std::uint64_t wanted = 0; wanted <= 3 * count + 1; ++wanted) {
      const auto expected = std::ranges::lower_bound(sorted, wanted) - sorted.begin();
      EXPECT_EQ(first_not_below(sorted, wanted), static_cast<std::size_t>(expected))
          << wanted << " among " << count;
    }
  }
}

}  // namespace
}  // namespace hubward
