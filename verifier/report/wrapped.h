// Words for a page of so many columns. Only words are parted, at their spaces: a path or a command
// is never broken, for it is there to be copied. Colours take no room.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hubward {

/// What a line has already, and where the next one begins.
struct Margins {
  std::size_t used = 0;     ///< columns before the first word
  std::size_t indent = 0;   ///< columns before each further line
  std::size_t columns = 0;  ///< of the page; 0: as many as it takes
};

/// `text` without a newline at its end.
std::string wrapped(std::string_view text, const Margins& margins);
/// The same of words that are never parted, not at a space within them either: a command is one.
std::string wrapped(std::span<const std::string> words, const Margins& margins);

/// Parted at spaces, but for those within a `command`.
std::vector<std::string> words_in(std::string_view text);

}  // namespace hubward
