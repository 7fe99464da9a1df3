// Every finding code can be seen: a cache that shows it, one that comes close and does not, and a
// section that explains it. What is excepted carries its reason here.

#include "tests/support/recipe.h"
#include "tests/support/source_tree.h"
#include <hubward/finding.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <regex>
#include <string>
#include <vector>

namespace hubward::test {
namespace {

const std::map<std::string, std::string>& without_recipe() {
  static const std::map<std::string, std::string> kReasons = {
      {"unsteady", "no cache at rest shows it: tests/unit/verifier/unsteady_test.cpp"},
  };
  return kReasons;
}

std::vector<std::string> all_codes() {
  std::vector<std::string> codes;
  for (std::size_t i = 0; i < kFindingCodeCount; ++i) {
    codes.emplace_back(to_string(static_cast<FindingCode>(i)));
  }
  return codes;
}

bool expects(const Recipe& recipe, const std::string& code) {
  for (const std::string& line : recipe.expect) {
    if (line.compare(0, code.size() + 1, code + " ") == 0) {
      return true;
    }
  }
  return false;
}

/// Folders that a code asks for and the tree lacks.
std::vector<std::string> missing_recipes(const std::string& code,
                                         const std::vector<std::string>& folders) {
  std::vector<std::string> missing;
  for (const char* variant : {"/shows", "/near-miss"}) {
    const std::string folder = "fixtures/caches/" + code + variant;
    if (std::find(folders.begin(), folders.end(), folder) == folders.end()) {
      missing.push_back(folder);
    }
  }
  return missing;
}

TEST(Codes, EachHasACacheThatShowsItAndANearMiss) {
  const std::vector<std::string> folders = recipe_folders("caches");
  for (const std::string& code : all_codes()) {
    if (without_recipe().count(code) != 0) {
      continue;
    }
    EXPECT_EQ(missing_recipes(code, folders), std::vector<std::string>());
  }
}

TEST(Codes, AnExceptionIsACodeThatStillHasNoRecipe) {
  const std::vector<std::string> folders = recipe_folders("caches");
  for (const auto& [code, reason] : without_recipe()) {
    EXPECT_TRUE(finding_code_from(code)) << code;
    EXPECT_EQ(missing_recipes(code, folders).size(), 2u) << code << " is no exception any more";
  }
}

TEST(Codes, TheRuleSeesACodeWithoutCacheOrNearMiss) {
  EXPECT_EQ(missing_recipes("a-code", {"fixtures/caches/a-code/shows-more"}).size(), 2u);
  EXPECT_EQ(missing_recipes("a-code", {"fixtures/caches/a-code/shows"}),
            std::vector<std::string>{"fixtures/caches/a-code/near-miss"});
}

TEST(Codes, ACacheThatShowsACodeExpectsItAndANearMissDoesNot) {
  for (const std::string& folder : recipe_folders("caches")) {
    if (folder.find("/clients/") != std::string::npos) {
      continue;  // recorded from real clients: what one of them shows is no choice of ours
    }
    static const std::regex kPlace(
        R"(^fixtures/caches/([a-z-]+)/(shows|near-miss)(-[a-z0-9-]+)?$)");
    std::smatch match;
    ASSERT_TRUE(std::regex_match(folder, match, kPlace)) << folder;
    const Recipe recipe = prepare_recipe(folder).recipe;
    EXPECT_EQ(expects(recipe, match[1]), match[2] == "shows") << folder;
    EXPECT_TRUE(finding_code_from(match[1].str())) << folder << " is no code";
  }
}

TEST(Codes, EachKindOfDamageIsShown) {
  std::map<std::string, int> shown;
  for (const std::string& folder : recipe_folders("caches/blob-corrupt")) {
    for (const std::string& damage : prepare_recipe(folder).recipe.damage) {
      shown[damage] += 1;
    }
  }
  for (int i = 0; i <= static_cast<int>(Damage::other); ++i) {
    const std::string damage(to_string(static_cast<Damage>(i)));
    EXPECT_GT(shown[damage], 0) << damage;
  }
}

std::map<std::string, int> sections_in(const std::string& page) {
  std::map<std::string, int> sections;
  for (const std::string& line : lines_of(page)) {
    static const std::regex kHeading(R"(^#+ `?([a-z-]+)`?\s*$)");
    std::smatch match;
    if (std::regex_match(line, match, kHeading)) {
      sections[match[1]] += 1;
    }
  }
  return sections;
}

TEST(Codes, EachHasASectionInTheDocumentation) {
  std::map<std::string, int> sections = sections_in(source_text("docs/findings.md"));
  for (const std::string& code : all_codes()) {
    EXPECT_EQ(sections[code], 1) << code;
  }
}

TEST(Codes, TheRulesSeeASectionThatLacksAndARecipeThatContradictsItsFolder) {
  EXPECT_EQ(sections_in("## a-code\ntext about b-code\n## `c-code`\n## c-code\n"),
            (std::map<std::string, int>{{"a-code", 1}, {"c-code", 2}}));
  const Recipe recipe =
      prepare_recipe_text("about = \"a\"\nexpect = [\"ref-missing models--a\"]\nexit = 1\n", "a")
          .recipe;
  EXPECT_TRUE(expects(recipe, "ref-missing"));
  EXPECT_FALSE(expects(recipe, "ref"));
  EXPECT_FALSE(expects(recipe, "ref-dangling"));
}

}  // namespace
}  // namespace hubward::test
