#include "verifier/report/wrapped.h"

#include "verifier/text/utf8.h"

#include <algorithm>

namespace hubward {

std::string wrapped(std::string_view text, const Margins& margins) {
  if (margins.columns == 0) return std::string(text);
  std::string page;
  std::size_t column = margins.used;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, end);
    const std::size_t wide = count_characters(word);
    if (page.empty()) {
      column += wide;
    } else if (column + 1 + wide <= margins.columns) {
      page += ' ';
      column += 1 + wide;
    } else {
      page += '\n' + std::string(margins.indent, ' ');
      column = margins.indent + wide;
    }
    page += word;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return page;
}

}  // namespace hubward
