// A mistake in a user's text, with its place: FILE:LINE:COL: error: …, as compilers say it. A
// parser collects all of them and gives up once, so that a person mends a file in one go.
#pragma once

#include <hubward/result.h>

#include <compare>
#include <string>
#include <vector>

namespace hubward {

/// 1-based. Columns count characters (Unicode code points), as editors do, not bytes.
struct Place {
  int line = 1;
  int column = 1;
  friend auto operator<=>(const Place&, const Place&) = default;
};

class Diagnostics {
 public:
  /// @param file  as shown to people
  explicit Diagnostics(std::string file) : file_(std::move(file)) {}

  /// @param what  a sentence without full stop, safe for eyes (text/show.h)
  void error(Place place, std::string what);
  bool empty() const { return errors_.empty(); }

  /// All of them in the order of their places, one a line, as an Error of kind bad_input whose
  /// `where` is empty.
  Error joined() const;

 private:
  struct Diagnostic {
    Place place;
    std::string what;
  };
  std::string file_;
  std::vector<Diagnostic> errors_;
};

}  // namespace hubward
