// Documentation ages quietly: a path that it names must exist, and a file must stay short enough to
// read.

#include "tests/support/files.h"
#include "tests/support/source_dir.h"
#include "tests/support/source_tree.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <regex>
#include <string>
#include <vector>

namespace hubward::test {
namespace {

std::vector<std::string> pages() {
  std::vector<std::string> pages = source_files({"docs"}, {".md"});
  for (const char* page : {"README.md", "CHANGELOG.md", "fixtures/README.md"}) {
    if (exists(source_dir() + "/" + page)) {
      pages.emplace_back(page);
    }
  }
  return pages;
}

std::vector<std::string> matches_of(const std::string& text, const std::string& pattern) {
  const std::regex regex(pattern);
  std::vector<std::string> found;
  for (std::sregex_iterator match(text.begin(), text.end(), regex), end; match != end; ++match) {
    found.push_back((*match)[1]);
  }
  return found;
}

using Exists = std::function<bool(const std::string& path)>;

bool in_tree(const std::string& path) { return exists(source_dir() + "/" + path); }

/// Links of a page that lead nowhere; `page` is its path in the tree.
std::vector<std::string> broken_links(const std::string& page, const std::string& text,
                                      const Exists& there) {
  std::vector<std::string> broken;
  for (const std::string& link : matches_of(text, R"(\]\(([^)\s]+)\))")) {
    if (link.find("://") != std::string::npos || link.front() == '#' ||
        link.compare(0, 7, "mailto:") == 0) {
      continue;
    }
    const std::string path = parent_of(page) + "/" + link.substr(0, link.find('#'));
    if (!there(std::filesystem::path(path).lexically_normal().string())) broken.push_back(link);
  }
  return broken;
}

/// Paths of ours between backticks that are not there. A path of ours begins with a folder of the
/// top level; one with a part that stands for something ends before that part.
std::vector<std::string> lost_paths(const std::string& text, const Exists& there) {
  const std::string pattern =
      R"(`(?:\./)?((?:verifier|runner|include|tests|fixtures|docs|bench|cmake|\.ci)/[^`\s]*)`)";
  std::vector<std::string> lost;
  for (std::string path : matches_of(text, pattern)) {
    const std::size_t stands_for = path.find_first_of("<{*");
    const bool in_capitals = std::regex_search(path, std::regex("/[A-Z]{2,}(/|$)"));
    if (stands_for != std::string::npos) path.resize(path.rfind('/', stands_for));
    if (!in_capitals && !there(path)) lost.push_back(path);
  }
  return lost;
}

/// Words of `./dev WORD` that the script does not know.
std::vector<std::string> unknown_words(const std::string& text, const std::string& script) {
  std::vector<std::string> unknown;
  for (const std::string& word : matches_of(text, R"(\./dev ([a-z]+))")) {
    if (script.find("\nword_" + word + "() {") == std::string::npos) unknown.push_back(word);
  }
  return unknown;
}

const std::vector<std::string> kNone;

TEST(Docs, EveryLinkIntoTheTreeLeadsSomewhere) {
  ASSERT_GE(pages().size(), 8u);
  for (const std::string& page : pages()) {
    EXPECT_EQ(broken_links(page, source_text(page), in_tree), kNone) << page;
  }
}

TEST(Docs, EveryPathInBackticksExists) {
  for (const std::string& page : pages()) {
    EXPECT_EQ(lost_paths(source_text(page), in_tree), kNone) << page;
  }
}

TEST(Docs, EveryWordOfDevThatAPageNamesIsOne) {
  for (const std::string& page : pages()) {
    EXPECT_EQ(unknown_words(source_text(page), source_text("dev")), kNone) << page;
  }
}

TEST(Docs, EveryWordOfDevIsInItsHelp) {
  const std::string script = source_text("dev");
  for (const std::string& word : matches_of(script, R"(word_([a-z]+)\(\) \{)")) {
    EXPECT_NE(script.find("\n  " + word + " "), std::string::npos) << word;
  }
}

TEST(Docs, TheRulesSeeWhatIsNotThere) {
  const Exists only_a = [](const std::string& path) { return path == "docs/a.md"; };
  EXPECT_EQ(broken_links("docs/b.md", "[a](a.md#part) [c](c.md) [d](../docs/d.md)", only_a),
            (std::vector<std::string>{"c.md", "../docs/d.md"}));
  EXPECT_EQ(broken_links("README.md", "[a](docs/a.md) [b](https://x.example/b) [c](#c)", only_a),
            kNone);
  EXPECT_EQ(
      lost_paths("`docs/a.md` `docs/b.md` `./tests/c` `tests/<code>/x` `elsewhere/d`", only_a),
      (std::vector<std::string>{"docs/b.md", "tests/c", "tests"}));
  EXPECT_EQ(unknown_words("`./dev test` and `./dev tset`", "\nword_test() {\n"),
            std::vector<std::string>{"tset"});
}

constexpr std::size_t kMaxLines = 420;

bool is_too_long(const std::string& text) { return lines_of(text).size() > kMaxLines; }

TEST(Sources, NoFileIsLongerThanOneCanRead) {
  const std::vector<std::string> files = source_files(
      {"include", "verifier", "runner", "tests", "bench", "cmake", "fixtures/demo", ".ci"},
      {".h", ".cpp", ".in", ".py", ".rs", ".mjs", ".js", ".sh", ".cmake", "/lint", "/run", "/fuzz",
       "/pack", "/package", "/debian12"});
  ASSERT_GT(files.size(), 200u);
  for (const std::string& file : files) {
    EXPECT_FALSE(is_too_long(source_text(file))) << file;
  }
  EXPECT_FALSE(is_too_long(source_text("dev")));
}

TEST(Sources, TheRuleSeesOneLineTooMany) {
  std::string text;
  for (std::size_t line = 0; line < kMaxLines; ++line) text += "int a;\n";
  EXPECT_FALSE(is_too_long(text));
  EXPECT_TRUE(is_too_long(text + "}"));
}

TEST(Sources, EveryFileOpensByTellingWhatItDecides) {
  for (const std::string& file : source_files({"include", "verifier", "runner"}, {".h"})) {
    EXPECT_EQ(source_text(file).compare(0, 3, "// "), 0) << file;
  }
}

/// Numbers of the lines that say that something is left to do.
std::vector<std::size_t> unfinished_lines(const std::string& text) {
  // Joined at run time, so that this file does not find itself.
  static const std::regex kMarkers(std::string(R"(\b(TO)") + "DO|FIX" + "ME|X" + "XX|HA" + "CK|TB" +
                                   R"(D)\b)");
  std::vector<std::size_t> found;
  const std::vector<std::string> lines = lines_of(text);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const bool in_capitals = lines[i].find_first_of("DEKX") != std::string::npos;
    if (in_capitals && std::regex_search(lines[i], kMarkers)) found.push_back(i + 1);
  }
  return found;
}

TEST(Sources, NothingIsLeftUnfinished) {
  for (const std::string& file : source_files(
           {"include", "verifier", "runner", "tests", "bench", "cmake", "docs", ".ci", "fixtures"},
           {".h", ".cpp", ".py", ".cmake", ".txt", ".md", ".in", ".toml", ".rs", "/lint", "/run",
            "/fuzz"})) {
    EXPECT_EQ(unfinished_lines(source_text(file)), std::vector<std::size_t>()) << file;
  }
}

TEST(Sources, TheRuleSeesWhatIsLeftUnfinished) {
  for (const std::string marker : {"TO"
                                   "DO",
                                   "FIX"
                                   "ME",
                                   "X"
                                   "XX",
                                   "HA"
                                   "CK",
                                   "TB"
                                   "D"}) {
    EXPECT_EQ(unfinished_lines("a\n// " + marker + ": b\n"), std::vector<std::size_t>{2}) << marker;
    EXPECT_EQ(unfinished_lines("a" + marker + "\n"), std::vector<std::size_t>()) << marker;
  }
}

}  // namespace
}  // namespace hubward::test
