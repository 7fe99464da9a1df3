// The known word that a mistyped one most resembles, for "the nearest known one is".
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace hubward {

/// Insertions, deletions, replacements and swaps of neighbours that turn one into the other, ASCII
/// case ignored. Only the first 256 bytes of each are looked at.
std::size_t edit_distance(std::string_view a, std::string_view b);

/// ASCII only.
bool equal_but_for_case(char a, char b);

/// The one with the least edit distance, the earlier of equals; empty only when nothing is known.
std::string_view nearest(std::string_view word, std::span<const std::string_view> known);

/// Whether one may be a slip of the pen for the other: about one edit in three letters.
bool is_near(std::string_view a, std::string_view b);

}  // namespace hubward
