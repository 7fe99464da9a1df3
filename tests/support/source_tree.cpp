#include "tests/support/source_tree.h"

#include "tests/support/files.h"
#include "tests/support/source_dir.h"

#include <algorithm>
#include <filesystem>
#include <regex>

namespace hubward::test {
namespace {

bool ends_with_one_of(const std::string& text, const std::vector<std::string>& endings) {
  return std::any_of(endings.begin(), endings.end(), [&](const std::string& ending) {
    return text.size() >= ending.size() &&
           text.compare(text.size() - ending.size(), ending.size(), ending) == 0;
  });
}

// The end of the literal or comment that begins at `start`; `start` itself when none does.
std::size_t end_of_blank(const std::string& text, std::size_t start) {
  if (text.compare(start, 2, "//") == 0) {
    return std::min(text.find('\n', start), text.size());
  }
  if (text.compare(start, 2, "/*") == 0) {
    const std::size_t end = text.find("*/", start + 2);
    return end == std::string::npos ? text.size() : end + 2;
  }
  if (text.compare(start, 2, "R\"") == 0) {
    const std::size_t open = text.find('(', start);
    const std::string close = ")" + text.substr(start + 2, open - start - 2) + "\"";
    const std::size_t end = text.find(close, open);
    return end == std::string::npos ? text.size() : end + close.size();
  }
  const char quote = text[start];
  // An apostrophe between digits separates them: 1'000.
  const bool separator = quote == '\'' && start > 0 && std::isalnum(text[start - 1]) != 0;
  if ((quote != '"' && quote != '\'') || separator) {
    return start;
  }
  std::size_t at = start + 1;
  while (at < text.size() && text[at] != quote && text[at] != '\n') {
    at += text[at] == '\\' ? 2U : 1U;
  }
  return std::min(at + 1, text.size());
}

}  // namespace

std::vector<std::string> source_files(const std::vector<std::string>& folders,
                                      const std::vector<std::string>& endings) {
  std::vector<std::string> files;
  const std::string root = source_dir() + "/";
  for (const std::string& folder : folders) {
    std::error_code error;
    using Walk = std::filesystem::recursive_directory_iterator;
    for (Walk entry(root + folder, error); !error && entry != Walk(); entry.increment(error)) {
      const std::string path = entry->path().string().substr(root.size());
      if (entry->is_regular_file() && ends_with_one_of(path, endings)) {
        files.push_back(path);
      }
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::string source_text(const std::string& path) { return read_file(source_dir() + "/" + path); }

std::string code_only(const std::string& text) {
  std::string code;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = end_of_blank(text, at);
    if (end == at) {
      code += text[at];
      at += 1;
      continue;
    }
    for (; at < end; ++at) {
      code += text[at] == '\n' ? '\n' : ' ';
    }
  }
  return code;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

std::vector<Include> includes_in(const std::string& text) {
  static const std::regex kInclude(R"(^\s*#\s*include\s*(["<])([^">]+)[">])");
  std::vector<Include> includes;
  int number = 0;
  for (const std::string& line : lines_of(text)) {
    number += 1;
    std::smatch match;
    if (std::regex_search(line, match, kInclude)) {
      includes.push_back({.target = match[2], .quoted = match[1] == "\"", .line = number});
    }
  }
  return includes;
}

}  // namespace hubward::test
