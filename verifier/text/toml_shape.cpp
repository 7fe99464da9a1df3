#include "verifier/text/toml_shape.h"

#include "verifier/text/utf8.h"

#include <fmt/format.h>

#include <algorithm>

namespace hubward {
namespace {

Place place_of(std::string_view text, std::size_t at) {
  const std::string_view before = text.substr(0, at);
  const auto lines = std::ranges::count(before, '\n');
  const std::size_t line_start = before.rfind('\n') + 1;  // npos + 1 is 0
  return {.line = static_cast<int>(lines) + 1,
          .column = static_cast<int>(count_characters(before.substr(line_start))) + 1};
}

/// The position behind the string that begins at `at`. One that its line or the text cuts short
/// ends there: that is an error for the parser, which stops at it.
std::size_t behind_string(std::string_view text, std::size_t at) {
  const char quote = text[at];
  const std::string triple(3, quote);
  const bool many_lines = text.substr(at).starts_with(triple);
  for (at += many_lines ? 3 : 1; at < text.size(); ++at) {
    if (quote == '"' && text[at] == '\\') {
      ++at;
    } else if (!many_lines && (text[at] == quote || text[at] == '\n')) {
      return at + 1;
    } else if (many_lines && text.substr(at).starts_with(triple)) {
      // Up to two quotes may stand right before the closing three.
      const std::size_t end = std::min(text.find_first_not_of(quote, at), text.size());
      return std::min(end, at + 5);
    }
  }
  return text.size();
}

/// Counts what one character outside of strings and comments adds.
class Counter {
 public:
  explicit Counter(std::size_t max_values) : max_values_(max_values) {}

  /// What is too much from here on; empty: nothing yet.
  std::string take(char c) {
    switch (c) {
      case '[':
      case '{': ++nesting_; [[fallthrough]];
      case '=':
      case ',': ++values_; [[fallthrough]];
      case '\n': key_parts_ = 1; break;
      case ']':
      case '}':
        nesting_ -= nesting_ > 0 ? 1 : 0;
        key_parts_ = 1;
        break;
      case '.': ++key_parts_; break;
      default: break;
    }
    if (nesting_ > kMaxTomlNesting) return fmt::format("nested deeper than {}", kMaxTomlNesting);
    if (key_parts_ > kMaxTomlKeyParts)
      return fmt::format("a key of more than {} parts", kMaxTomlKeyParts);
    if (values_ > max_values_) return fmt::format("more than {} values", max_values_);
    return {};
  }

 private:
  std::size_t max_values_;
  std::size_t nesting_ = 0;
  std::size_t key_parts_ = 1;
  std::size_t values_ = 0;
};

}  // namespace

std::optional<TomlShapeFault> fault_of_toml_shape(std::string_view text, std::size_t max_values) {
  Counter counter(max_values);
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] == '"' || text[at] == '\'') {
      at = behind_string(text, at);
    } else if (text[at] == '#') {
      at = std::min(text.find('\n', at), text.size());
    } else {
      if (std::string what = counter.take(text[at]); !what.empty())
        return TomlShapeFault{.place = place_of(text, at), .what = std::move(what)};
      ++at;
    }
  }
  return std::nullopt;
}

}  // namespace hubward
