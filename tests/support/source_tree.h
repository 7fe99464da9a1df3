// The source tree as text, for the tests that hold it against its own rules.
#pragma once

#include <string>
#include <vector>

namespace hubward::test {

/// Files below `folders` (relative to the source tree) whose name ends in one of `endings`, as
/// sorted relative paths. Build folders are left out.
std::vector<std::string> source_files(const std::vector<std::string>& folders,
                                      const std::vector<std::string>& endings);

/// The text of a file, by its relative path.
std::string source_text(const std::string& path);

/// C++ text with comments, string and character literals made blank; line breaks stay, so that line
/// numbers do.
std::string code_only(const std::string& text);

std::vector<std::string> lines_of(const std::string& text);

struct Include {
  std::string target;  ///< as written between quotes or angle brackets
  bool quoted = false;
  int line = 0;
};
std::vector<Include> includes_in(const std::string& text);

}  // namespace hubward::test
