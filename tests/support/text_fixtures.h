// Texts in fixtures/ with what is expected of them beside them: NAME.txt or NAME.toml is the input,
// NAME.expected what a parser makes of it.
#pragma once

#include <string>
#include <vector>

namespace hubward::test {

struct TextFixture {
  std::string name;      ///< "bad-id.txt"
  std::string text;      ///< to the byte
  std::string expected;  ///< without the final newline
  std::string expected_path;
};

/// Sorted by name. A file without its .expected, or the other way round, throws: neither may be
/// forgotten.
/// @param folder  beneath the tree's fixtures/
std::vector<TextFixture> text_fixtures(const std::string& folder);

std::string read_text(const std::string& path);

}  // namespace hubward::test
