// A page that is written for a hundred columns, on a terminal that has fewer.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace hubward {

/// Paragraphs with a line that is too long are filled anew; in a list of flags the right column
/// goes on beneath itself. What is indented otherwise is an example, and stays.
/// @param columns  0: the page as it is
std::string fitted(std::string_view page, std::size_t columns);

}  // namespace hubward
