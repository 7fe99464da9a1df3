#include "runner/cli/terminal.h"

#include <gtest/gtest.h>

namespace hubward {
namespace {

TEST(ColourFor, FollowsTheTerminalWhenNobodySaysAnything) {
  EXPECT_EQ(colour_for(ColourChoice::automatic, {}, true), Colour::yes);
  EXPECT_EQ(colour_for(ColourChoice::automatic, {}, false), Colour::no);
  EXPECT_EQ(colour_for(ColourChoice::automatic, {{"TERM", "dumb"}}, true), Colour::no);
}

TEST(ColourFor, TheFlagBeatsEveryVariable) {
  EXPECT_EQ(colour_for(ColourChoice::always, {{"NO_COLOR", "1"}}, false), Colour::yes);
  EXPECT_EQ(colour_for(ColourChoice::never, {{"CLICOLOR_FORCE", "1"}}, true), Colour::no);
}

TEST(ColourFor, NoColorBeatsForceUnlessItIsEmpty) {
  const EnvironmentView both = {{"NO_COLOR", "0"}, {"CLICOLOR_FORCE", "1"}};
  EXPECT_EQ(colour_for(ColourChoice::automatic, both, true), Colour::no);
  EXPECT_EQ(colour_for(ColourChoice::automatic, {{"NO_COLOR", ""}}, true), Colour::yes);
}

TEST(ColourFor, ForceColoursWhereNoTerminalReads) {
  EXPECT_EQ(colour_for(ColourChoice::automatic, {{"CLICOLOR_FORCE", "1"}}, false), Colour::yes);
  EXPECT_EQ(colour_for(ColourChoice::automatic, {{"CLICOLOR_FORCE", "0"}}, false), Colour::no);
}

}  // namespace
}  // namespace hubward
