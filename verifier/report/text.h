// A Report for people: a row a model, beneath it what is wrong with it and what mends that, and a
// last line that can be read alone. Everything that came from a cache or a manifest goes through
// show(), and no line begins with it: CI engines obey lines that begin with "::".
#pragma once

#include <hubward/report.h>

#include <cstddef>
#include <cstdint>
#include <string>

namespace hubward {

enum class Colour : std::uint8_t { no, yes };
/// quiet: the last line alone. verbose: every path, and the notes.
enum class Verbosity : std::uint8_t { quiet, normal, verbose };

struct TextStyle {
  Colour colour = Colour::no;
  Verbosity verbosity = Verbosity::normal;
  /// The project's own downloader, as a person calls it, safe for eyes; empty: hubward's.
  std::string downloader;
  /// What a download that has failed needs before another can help, "wait a minute"; safe for eyes.
  /// Empty: none was tried, or nothing is known to stand in its way.
  std::string before_fetch = {};
  /// Of the terminal that shows it; 0 where no terminal does, and no sentence is parted.
  std::size_t columns = 0;
};

std::string render_text(const Report& report, const TextStyle& style);

/// "; 50 of 55 blobs not read again", for what was believed of an earlier reading; else empty.
std::string trust_clause(const Report& report);

/// The last line alone, without newline or colour.
std::string summary_line(const Report& report);

}  // namespace hubward
