#include "verifier/asked/manifest_line.h"

#include "verifier/text/show.h"
#include "verifier/text/utf8.h"

#include <fmt/format.h>

#include <algorithm>

namespace hubward {
namespace {

constexpr std::string_view kSpace = " \t";

/// Reads a line from left to right.
class Reader {
 public:
  Reader(std::string_view line, int number, Diagnostics& diagnostics)
      : line_(line), number_(number), diagnostics_(diagnostics) {}

  /// False at the end of the line and before a comment.
  bool to_next_word() {
    at_ = std::min(line_.find_first_not_of(kSpace, at_), line_.size());
    return at_ < line_.size() && line_[at_] != '#';
  }

  Place place() {
    // The columns up to a place already asked for are not counted again.
    column_ += count_characters(line_.substr(counted_, at_ - counted_));
    counted_ = at_;
    return {.line = number_, .column = static_cast<int>(column_)};
  }

  std::string_view take_until(std::string_view ends) {
    const std::size_t end = std::min(line_.find_first_of(ends, at_), line_.size());
    const std::string_view word = line_.substr(at_, end - at_);
    at_ = end;
    return word;
  }

  std::optional<ManifestOption> take_option() {
    ManifestOption option;
    option.place = place();
    option.name = take_until(" \t:");
    if (at_ == line_.size() || line_[at_] != ':') return option;
    ++at_;
    option.value_place = place();
    if (at_ == line_.size() || line_[at_] != '"') {
      option.value = std::string(take_until(kSpace));
      return option;
    }
    option.value = take_quoted();
    if (!option.value) return std::nullopt;
    return option;
  }

 private:
  std::optional<std::string> take_quoted() {
    const Place opening = place();
    std::string value;
    bool is_sound = true;
    for (++at_; at_ < line_.size(); ++at_) {
      if (line_[at_] == '"') {
        ++at_;
        return followed_by_space() && is_sound ? std::optional(value) : std::nullopt;
      }
      if (line_[at_] == '\\') {
        is_sound = take_escape() && is_sound;
        if (at_ == line_.size()) break;
      }
      value.push_back(line_[at_]);
    }
    diagnostics_.error(opening, "this quote is never closed");
    return std::nullopt;
  }

  /// At a backslash in quotes: moves to what it escapes.
  bool take_escape() {
    const Place backslash = place();
    ++at_;
    if (at_ == line_.size() || line_[at_] == '"' || line_[at_] == '\\') return true;
    diagnostics_.error(backslash, "in quotes a backslash stands only before \" or \\");
    return false;
  }

  bool followed_by_space() {
    if (at_ == line_.size() || kSpace.find(line_[at_]) != std::string_view::npos) return true;
    const Place behind = place();
    diagnostics_.error(behind, fmt::format("\"{}\" stands right behind a closing quote",
                                           show(take_until(kSpace), 100)));
    return false;
  }

  std::string_view line_;
  int number_;
  Diagnostics& diagnostics_;  // outlives this reader
  std::size_t at_ = 0;
  std::size_t counted_ = 0;
  std::size_t column_ = 1;
};

}  // namespace

std::optional<ManifestLine> split_manifest_line(std::string_view line, int number,
                                                Diagnostics& diagnostics) {
  Reader reader(line, number, diagnostics);
  if (!reader.to_next_word()) return std::nullopt;
  ManifestLine result;
  result.place = reader.place();
  result.entry = reader.take_until(kSpace);
  while (reader.to_next_word())
    if (auto option = reader.take_option()) result.options.push_back(std::move(*option));
  return result;
}

}  // namespace hubward
