#include "tests/support/damage_recipe.h"

#include "tests/support/files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

namespace hubward::test {
namespace {

constexpr char kHead[] = "case = 1\nabout = 'x'\n";
constexpr char kUndo[] = "undo = ['models--tiny/refs/main', 'stray']\n";
constexpr char kSteps[] =
    "[[step]]\ndo = 'write'\npath = 'models--tiny/refs/main'\ntext = 'x'\n"
    "[[step]]\ndo = 'write'\npath = 'stray'\ntext = 'x'\n";
constexpr char kExpect[] = "[[expect]]\nfindings = ['corrupt ref-malformed x']\nexit = 2\n";

DamageCase case_of(const std::string& text, DamageBasis basis = DamageBasis::assumed) {
  return DamageCase(text, "test", basis);
}

std::string refusal_of(const std::string& text) {
  try {
    case_of(text);
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "";
}

TEST(DamageRecipe, UndoPutsBackWhatItNamesAndNothingElse) {
  const std::string all = std::string(kHead) + kUndo + kSteps + kExpect;
  const DamageCase damaged = case_of(all);
  const std::string ref = damaged.surroundings() + "/hub/models--tiny/refs/main";
  const std::string healthy = read_file(ref);
  damaged.damage();
  EXPECT_EQ(read_file(ref), "x");
  write_file(damaged.surroundings() + "/hub/other", "stays");
  damaged.undo();
  EXPECT_EQ(read_file(ref), healthy);
  EXPECT_FALSE(exists(damaged.surroundings() + "/hub/stray"));
  EXPECT_TRUE(exists(damaged.surroundings() + "/hub/other"));
}

TEST(DamageRecipe, TheSettingSaysWhetherThereAreListings) {
  const std::string all = std::string(kHead) + kUndo + kSteps + kExpect;
  EXPECT_FALSE(
      exists(case_of(all, DamageBasis::assumed).surroundings() + "/hub/models--tiny/trees"));
  EXPECT_TRUE(exists(case_of(all, DamageBasis::tree).surroundings() + "/hub/models--tiny/trees"));
}

TEST(DamageRecipe, EverySettingIsExpectedOnce) {
  const std::string start = std::string(kHead) + kUndo + kSteps;
  const std::string lines = "findings = ['note x y']\nexit = 0\n";
  EXPECT_THAT(refusal_of(start + "[[expect]]\nin = ['assumed']\n" + lines),
              testing::HasSubstr("0 expectations for assumed --all"));
  EXPECT_THAT(refusal_of(start + kExpect + "[[expect]]\nin = ['assumed']\n" + lines),
              testing::HasSubstr("2 expectations for assumed"));
  EXPECT_THAT(refusal_of(start + "[[expect]]\nin = ['locked']\n" + lines),
              testing::HasSubstr("no such setting: locked"));
}

TEST(DamageRecipe, WhatIsNotShownCarriesAReason) {
  const std::string nothing = "[[expect]]\nfindings = []\nexit = 0\n";
  EXPECT_THAT(refusal_of(std::string(kHead) + kUndo + kSteps + nothing),
              testing::HasSubstr("no reason told"));
  EXPECT_THAT(refusal_of(std::string(kHead) + kExpect), testing::HasSubstr("neither a step"));
  EXPECT_THAT(refusal_of(std::string(kHead) + kSteps + kExpect),
              testing::HasSubstr("steps without undo"));
}

TEST(DamageRecipe, ACaseOutsideTheCatalogueIsRefused) {
  const std::string rest = std::string("about = 'x'\n") + kUndo + kSteps + kExpect;
  EXPECT_THAT(refusal_of("case = 77\n" + rest), testing::HasSubstr("no case"));
  EXPECT_THAT(refusal_of(rest), testing::HasSubstr("no case"));
  EXPECT_EQ(case_in_name("fixtures/caches/damage/09-x.toml"), 9);
  EXPECT_EQ(case_in_name("fixtures/caches/damage/x.toml"), 0);
}

}  // namespace
}  // namespace hubward::test
