// Documentation ages quietly: a path that it names must exist, and a file must stay short enough to
// read.

#include "tests/support/files.h"
#include "tests/support/source_dir.h"
#include "tests/support/source_tree.h"

#include <gtest/gtest.h>

#include <algorithm>
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

TEST(Docs, EveryLinkIntoTheTreeLeadsSomewhere) {
  ASSERT_FALSE(pages().empty());
  for (const std::string& page : pages()) {
    for (const std::string& link : matches_of(source_text(page), R"(\]\(([^)\s]+)\))")) {
      if (link.find("://") != std::string::npos || link.front() == '#' ||
          link.compare(0, 7, "mailto:") == 0) {
        continue;
      }
      const std::string path = link.substr(0, link.find('#'));
      EXPECT_TRUE(exists(parent_of(source_dir() + "/" + page) + "/" + path))
          << page << " links to " << link;
    }
  }
}

TEST(Docs, EveryPathInBackticksExists) {
  // A path of ours begins with a folder of the top level and holds nothing that stands for
  // something.
  const std::string pattern =
      R"(`((?:verifier|runner|include|tests|fixtures|docs|bench|cmake|\.ci)/[A-Za-z0-9_./-]*)`)";
  for (const std::string& page : pages()) {
    for (const std::string& path : matches_of(source_text(page), pattern)) {
      EXPECT_TRUE(exists(source_dir() + "/" + path)) << page << " names " << path;
    }
  }
}

TEST(Sources, NoFileOfTheProgramIsLongerThanOneCanRead) {
  for (const std::string& file : source_files({"include", "verifier", "runner"}, {".h", ".cpp"})) {
    EXPECT_LE(lines_of(source_text(file)).size(), 420u) << file;
  }
}

TEST(Sources, EveryFileOpensByTellingWhatItDecides) {
  for (const std::string& file : source_files({"include", "verifier", "runner"}, {".h"})) {
    EXPECT_EQ(source_text(file).compare(0, 3, "// "), 0) << file;
  }
}

TEST(Sources, NothingIsLeftUnfinished) {
  // Joined at run time, so that this file does not find itself.
  const std::regex markers(std::string(R"(\b(TO)") + "DO|FIX" + "ME|X" + "XX|HA" + "CK|TB" +
                           R"(D)\b)");
  for (const std::string& file : source_files(
           {"include", "verifier", "runner", "tests", "bench", "cmake", "docs", ".ci", "fixtures"},
           {".h", ".cpp", ".py", ".cmake", ".txt", ".md", ".in", ".toml", ".rs", "/lint",
            "/run"})) {
    const std::vector<std::string> lines = lines_of(source_text(file));
    for (std::size_t i = 0; i < lines.size(); ++i) {
      const bool in_capitals = lines[i].find_first_of("DEK") != std::string::npos;
      EXPECT_FALSE(in_capitals && std::regex_search(lines[i], markers)) << file << ":" << i + 1;
    }
  }
}

}  // namespace
}  // namespace hubward::test
