#include "verifier/report/wrapped.h"

#include "verifier/text/utf8.h"

#include <algorithm>

namespace hubward {
namespace {

/// Of the first one: the space behind it, or the end.
std::size_t end_of_word(std::string_view text) {
  bool is_quoted = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '`' && (is_quoted || text.find('`', at + 1) != std::string_view::npos)) {
      is_quoted = !is_quoted;
    }
    if (text[at] == ' ' && !is_quoted) return at;
  }
  return text.size();
}

/// Without the escape sequences of paint, which end in an `m`.
std::size_t width_of(std::string_view word) {
  std::size_t wide = count_characters(word);
  for (std::size_t at = word.find('\x1b'); at != std::string_view::npos;) {
    const std::size_t end = std::min(word.find('m', at), word.size() - 1);
    wide -= end + 1 - at;
    at = word.find('\x1b', end);
  }
  return wide;
}

}  // namespace

std::vector<std::string> words_in(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const std::size_t end = end_of_word(text);
    words.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

std::string wrapped(std::span<const std::string> words, const Margins& margins) {
  std::string page;
  std::size_t column = margins.used;
  for (const std::string& word : words) {
    const std::size_t wide = width_of(word);
    if (page.empty()) {
      column += wide;
    } else if (margins.columns == 0 || column + 1 + wide <= margins.columns) {
      page += ' ';
      column += 1 + wide;
    } else {
      page += '\n' + std::string(margins.indent, ' ');
      column = margins.indent + wide;
    }
    page += word;
  }
  return page;
}

std::string wrapped(std::string_view text, const Margins& margins) {
  if (margins.columns == 0) return std::string(text);
  return wrapped(words_in(text), margins);
}

}  // namespace hubward
