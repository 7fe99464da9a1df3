#include "tests/support/text_fixtures.h"

#include "tests/support/source_dir.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace hubward::test {

std::string read_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::vector<TextFixture> text_fixtures(const std::string& folder) {
  const std::filesystem::path root = std::filesystem::path(source_dir()) / "fixtures" / folder;
  std::vector<TextFixture> fixtures;
  std::size_t expectations = 0;
  for (const auto& file : std::filesystem::directory_iterator(root)) {
    if (file.path().extension() == ".expected") {
      ++expectations;
      continue;
    }
    std::filesystem::path expected = file.path();
    expected.replace_extension(".expected");
    std::string wanted = read_text(expected);
    while (wanted.ends_with('\n')) wanted.pop_back();
    fixtures.push_back({.name = file.path().filename(),
                        .text = read_text(file.path()),
                        .expected = std::move(wanted),
                        .expected_path = expected});
  }
  if (fixtures.size() != expectations)
    throw std::runtime_error("an expectation without its text in " + root.string());
  std::ranges::sort(fixtures, {}, &TextFixture::name);
  return fixtures;
}

}  // namespace hubward::test
