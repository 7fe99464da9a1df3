#include "runner/cli/fitted.h"

#include "runner/cli/help.h"
#include "verifier/text/utf8.h"
#include <hubward/finding.h>

#include <gtest/gtest.h>

#include <sstream>

namespace hubward {
namespace {

std::vector<std::string> words_of(const std::string& text) {
  std::vector<std::string> words;
  std::istringstream stream(text);
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

TEST(Fitted, FillsAParagraphWithALongLineAnew) {
  EXPECT_EQ(fitted("one two three\nfour\n\nfive\nsix\n", 9), "one two\nthree\nfour\n\nfive\nsix\n");
}

TEST(Fitted, GoesOnBeneathTheRightColumnOfAList) {
  EXPECT_EQ(fitted("  -f  one two\n", 9), "  -f  one\n      two\n");
  EXPECT_EQ(fitted("- one two\n  three\n", 8), "- one\n  two\n  three\n");
}

TEST(Fitted, LeavesExamplesAndTheUsageAlone) {
  const std::string page = "usage: hubward and more\n       hubward and more\n\n    an example\n";
  EXPECT_EQ(fitted(page, 8), page);
}

TEST(Fitted, EveryHelpPageFitsEightyColumnsAndSaysTheSame) {
  std::vector<Command> all(commands().begin(), commands().end());
  all.push_back(Command::none);
  for (const Command command : all) {
    const std::string page = help_page(command);
    const std::string narrow = fitted(page, 80);
    EXPECT_EQ(words_of(narrow), words_of(page));
    EXPECT_EQ(fitted(page, 100), page);
    std::istringstream lines(narrow);
    for (std::string line; std::getline(lines, line);)
      EXPECT_LE(count_characters(line), 80U) << line;
  }
}

TEST(Fitted, EveryExplanationSaysTheSameOnEightyColumns) {
  for (std::size_t index = 0; index < kFindingCodeCount; ++index) {
    const std::string page = *explain(to_string(static_cast<FindingCode>(index)));
    const std::string narrow = fitted(page, 80);
    EXPECT_EQ(words_of(narrow), words_of(page));
    std::istringstream lines(narrow);
    for (std::string line; std::getline(lines, line);) {
      const bool is_example = line.starts_with("    ") || line.starts_with("|");
      EXPECT_TRUE(is_example || count_characters(line) <= 80) << line;
    }
  }
}

}  // namespace
}  // namespace hubward
