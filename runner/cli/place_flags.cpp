#include "runner/cli/place_flags.h"

#include "verifier/report/mend.h"
#include "verifier/text/show.h"

#include <fmt/format.h>

#include <iterator>
#include <span>
#include <string_view>

namespace hubward {
namespace {

/// Known to `verify`, `fetch` and `repair` alike. -C first: the other names stand on it.
constexpr Flag kPlaces[] = {Flag::directory, Flag::config,  Flag::manifest, Flag::lock,
                            Flag::no_lock,   Flag::require, Flag::cache_dir};
constexpr Flag kQuarantine[] = {Flag::quarantine};

/// What cannot be seen is spelt as $'\x0a', which bash, ksh and zsh read.
std::string spelt_out(std::string_view bytes) {
  std::string word = "$'";
  for (const char each : bytes) {
    const std::string_view one(&each, 1);
    const bool is_plain = each != '\'' && each != '\\' && show(one, 1) == one;
    if (is_plain) {
      word += each;
    } else {
      fmt::format_to(std::back_inserter(word), "\\x{:02x}", static_cast<unsigned char>(each));
    }
  }
  return word + "'";
}

std::string as_words(const CommandLine& line, std::span<const Flag> wanted) {
  std::string words;
  for (const Flag flag : wanted) {
    const auto said = line.flags.find(flag);
    if (said == line.flags.end()) continue;
    const FlagRow& row = row_of(flag);
    for (const std::string& text : said->second) {
      words += " " + shown_name(row);
      if (row.takes == Takes::nothing) {
        if (text != "true") words += "=" + text;
        continue;
      }
      const std::string plain = shell_word(text);
      words += text.starts_with('-') && text != "-" ? "=" : " ";
      words += plain.empty() ? spelt_out(text) : plain;
    }
  }
  return words;
}

}  // namespace

std::string place_flags_of(const CommandLine& line) { return as_words(line, kPlaces); }

std::string quarantine_flag_of(const CommandLine& line) { return as_words(line, kQuarantine); }

}  // namespace hubward
