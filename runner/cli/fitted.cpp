#include "runner/cli/fitted.h"

#include "verifier/report/wrapped.h"
#include "verifier/text/utf8.h"

#include <algorithm>
#include <vector>

namespace hubward {
namespace {

class Page {
 public:
  explicit Page(std::size_t columns) : columns_(columns) {}

  void take(std::string_view line) {
    if (is_prose(line)) {
      if (line.starts_with("- ")) end_paragraph();
      paragraph_.push_back(line);
      return;
    }
    end_paragraph();
    out_ += is_too_long(line) ? row(line) : std::string(line);
    out_ += '\n';
  }

  std::string finish() {
    end_paragraph();
    return std::move(out_);
  }

 private:
  static bool is_prose(std::string_view line) {
    // A list goes on beneath its mark.
    return !line.empty() && line.front() != '|' && !line.starts_with("usage: ") &&
           (line.front() != ' ' || (line.starts_with("  ") && line.size() > 2 && line[2] != ' ' &&
                                    line[2] != '-' && line.find("  ", 2) == std::string::npos));
  }

  bool is_too_long(std::string_view line) const { return count_characters(line) > columns_; }

  void end_paragraph() {
    const bool fits = std::ranges::none_of(
        paragraph_, [this](std::string_view line) { return is_too_long(line); });
    std::string joined;
    for (std::string_view line : paragraph_) {
      if (!fits && !joined.empty()) line.remove_prefix(line.find_first_not_of(' '));
      if (!joined.empty()) joined += fits ? '\n' : ' ';
      joined += line;
    }
    const std::size_t indent = joined.starts_with("- ") || joined.starts_with("  ") ? 2 : 0;
    if (!joined.empty()) {
      out_ += (fits ? joined : wrapped(joined, {.indent = indent, .columns = columns_})) + '\n';
    }
    paragraph_.clear();
  }

  /// "  -o, --output FILE         write the result to FILE"
  std::string row(std::string_view line) const {
    const std::size_t name = line.find_first_not_of(' ');
    const std::size_t gap = line.find("  ", name);
    const std::size_t text = line.find_first_not_of(' ', gap);
    if (gap == std::string_view::npos || text == std::string_view::npos) return std::string(line);
    const std::size_t column = count_characters(line.substr(0, text));
    return std::string(line.substr(0, text)) +
           wrapped(line.substr(text), {.used = column, .indent = column, .columns = columns_});
  }

  std::size_t columns_;
  std::string out_;
  std::vector<std::string_view> paragraph_;  // of the text that is being taken
};

}  // namespace

std::string fitted(std::string_view page, std::size_t columns) {
  if (columns == 0) return std::string(page);
  Page fit(columns);
  while (!page.empty()) {
    const std::size_t end = std::min(page.find('\n'), page.size());
    fit.take(page.substr(0, end));
    page.remove_prefix(std::min(end + 1, page.size()));
  }
  return fit.finish();
}

}  // namespace hubward
