// What an undo tells of: how much, and no page of paths unless asked for.
#include "runner/cli/repair_words.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <string>
#include <vector>

namespace hubward {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

std::vector<std::string> rows(int count) {
  std::vector<std::string> made;
  for (int index = 0; index < count; ++index) made.push_back(fmt::format("row-{}", index));
  return made;
}

TEST(UndoText, IsEmptyWhereNothingWasUndone) { EXPECT_EQ(undo_text("put back: ", {}, false), ""); }

TEST(UndoText, SaysHowManyAndThenEach) {
  EXPECT_EQ(undo_text("put back: ", rows(1), false), "put back: 1 entry\n  row-0\n");
  EXPECT_THAT(undo_text("put back: ", rows(50), false), EndsWith("\n  row-49\n"));
}

TEST(UndoText, TheRestIsCountedUnlessAskedFor) {
  const std::string text = undo_text("put back: ", rows(53), false);
  EXPECT_THAT(text, HasSubstr("put back: 53 entries\n  row-0\n"));
  EXPECT_THAT(text, EndsWith("\n  row-49\n  … and 3 more (-v lists them)\n"));
  const std::string all = undo_text("put back: ", rows(53), true);
  EXPECT_THAT(all, EndsWith("\n  row-52\n"));
  EXPECT_THAT(all, Not(HasSubstr("more")));
}

}  // namespace
}  // namespace hubward
