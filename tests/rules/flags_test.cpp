// The flags that the man pages name and those that the help shows are the same ones.

#include "runner/cli/help.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <regex>
#include <set>
#include <string>

namespace hubward::test {
namespace {

using Names = std::set<std::string>;

/// "--name" and "-x" wherever they begin a word.
Names flags_in(const std::string& text) {
  static const std::regex kFlag(R"((^|[^A-Za-z0-9-])(--[a-z][a-z-]*|-[A-Za-z])(?![A-Za-z0-9-]))");
  Names flags;
  for (std::sregex_iterator match(text.begin(), text.end(), kFlag), end; match != end; ++match) {
    flags.insert((*match)[2]);
  }
  return flags;
}

/// A man page's text: "\-" is a minus sign, a font change and a macro's name are nothing.
std::string plain_text(const std::string& man) {
  std::string text = std::regex_replace(man, std::regex(R"(\\f[A-Z])"), "");
  text = std::regex_replace(text, std::regex(R"((^|\n)\.[A-Z]+ )"), "$1");
  return std::regex_replace(text, std::regex(R"(\\-)"), "-");
}

// What is written by hand in docs/man is part of a page, so a flag that went stale there shows.
TEST(Flags, AManPageNamesExactlyThoseThatTheHelpOfItsCommandShows) {
  for (const Command command : commands()) {
    const Names help = flags_in(help_page(command));
    ASSERT_GT(help.size(), 7u);
    EXPECT_EQ(flags_in(plain_text(man_page(command))), help) << to_string(command);
  }
}

TEST(Flags, TheFirstManPageNamesNoFlagThatNoHelpShows) {
  Names help = flags_in(help_page(Command::none));
  const Names manual = flags_in(plain_text(man_page(Command::none)));
  for (const std::string& flag : help) EXPECT_EQ(manual.count(flag), 1u) << flag;
  for (const Command command : commands()) help.merge(flags_in(help_page(command)));
  for (const std::string& flag : manual) EXPECT_EQ(help.count(flag), 1u) << flag;
}

TEST(Flags, TheRuleReadsAManualAsAPersonDoes) {
  EXPECT_EQ(flags_in(plain_text(".TP\n.BI \\-j \" N\" \"\\fR, \\fP\" \\-\\-jobs \" N\"\n"
                                "the well\\-known \\-\\-no\\-lock, and \\-\\-format=F\n")),
            (Names{"-j", "--jobs", "--no-lock", "--format"}));
  EXPECT_EQ(flags_in("  -q, --quiet   say a-b -- only"), (Names{"-q", "--quiet"}));
}

}  // namespace
}  // namespace hubward::test
