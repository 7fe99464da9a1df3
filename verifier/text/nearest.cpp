#include "verifier/text/nearest.h"

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

namespace hubward {
namespace {

/// The cost is the product of the lengths, and either may come from a hostile text.
constexpr std::size_t kMaxCompared = 256;

char lowered(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

bool equal_but_for_case(char a, char b) { return lowered(a) == lowered(b); }

std::size_t edit_distance(std::string_view a, std::string_view b) {
  a = a.substr(0, kMaxCompared);
  b = b.substr(0, kMaxCompared);
  // Three rows of the usual table: two back (for swaps), one back, and the one being filled.
  std::vector<std::size_t> older(b.size() + 1);
  std::vector<std::size_t> old(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::swap(older, old);
    std::swap(old, row);
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = old[j - 1] + (equal_but_for_case(a[i - 1], b[j - 1]) ? 0 : 1);
      row[j] = std::min({replaced, old[j] + 1, row[j - 1] + 1});
      if (i > 1 && j > 1 && equal_but_for_case(a[i - 1], b[j - 2]) &&
          equal_but_for_case(a[i - 2], b[j - 1]))
        row[j] = std::min(row[j], older[j - 2] + 1);
    }
  }
  return row[b.size()];
}

std::string_view nearest(std::string_view word, std::span<const std::string_view> known) {
  std::string_view best;
  std::size_t least = std::numeric_limits<std::size_t>::max();
  for (const std::string_view candidate : known) {
    const std::size_t distance = edit_distance(word, candidate);
    if (distance < least) {
      least = distance;
      best = candidate;
    }
  }
  return best;
}

bool is_near(std::string_view a, std::string_view b) {
  return edit_distance(a, b) <= (std::max(a.size(), b.size()) + 1) / 3;
}

}  // namespace hubward
