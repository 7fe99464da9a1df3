#include "runner/cli/saving.h"

#include "tests/support/matchers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hubward {
namespace {

using test::FailsWith;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Result<std::vector<std::string>> paths(const std::vector<std::string>& texts) {
  Surroundings surroundings;
  surroundings.variables = {{"HOME", "/home/u"}};
  surroundings.working_directory = "/home/u/project";
  return saving_paths(texts, surroundings);
}

TEST(Saving, IsSpelledAsActionsCacheSpellsIt) {
  EXPECT_THAT(*paths({"~/.cache/huggingface/hub", "/data/x/", "models", "./a/../b", "~"}),
              ElementsAre("/home/u/.cache/huggingface/hub", "/data/x", "/home/u/project/models",
                          "/home/u/project/b", "/home/u"));
}

TEST(Saving, MayBeTheWholeTextOfAPathInput) {
  EXPECT_THAT(*paths({"  ~/a \r\n\n# what is not saved\n/b\n", "c"}),
              ElementsAre("/home/u/a", "/b", "/home/u/project/c"));
}

TEST(Saving, IsNothingWhenNobodySaysAnything) { EXPECT_THAT(*paths({}), IsEmpty()); }

TEST(Saving, RefusesWhatItDoesNotUnderstandAndNamesIt) {
  for (const char* text : {"~/.cache/*", "a?b", "a[bc]", "!~/.cache/token", "C:\\Users\\u",
                           "~other/.cache", "/", "//", "\n# only a comment\n", " "}) {
    EXPECT_THAT(paths({text}), FailsWith(ErrorKind::usage)) << text;
  }
  EXPECT_THAT(paths({"a\n!b/c"}).error().what, HasSubstr("`!b/c` is an exclusion"));
  EXPECT_THAT(paths({"a\n**/c"}).error().what, HasSubstr("`**/c` is a pattern"));
}

}  // namespace
}  // namespace hubward
