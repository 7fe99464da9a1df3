#include "verifier/report/wrapped.h"

#include <gtest/gtest.h>

namespace hubward {
namespace {

TEST(Wrapped, GoesOnToTheLastColumnAndNoFurther) {
  EXPECT_EQ(wrapped("one two three", {.columns = 7}), "one two\nthree");
  EXPECT_EQ(wrapped("one two three", {.columns = 6}), "one\ntwo\nthree");
  EXPECT_EQ(wrapped("one two three", {.used = 1, .indent = 2, .columns = 7}),
            "one\n  two\n  three");
}

TEST(Wrapped, PartsNoWord) {
  EXPECT_EQ(wrapped("a/long/path here", {.indent = 1, .columns = 4}), "a/long/path\n here");
}

TEST(Wrapped, CountsCharactersAndNotBytes) {
  EXPECT_EQ(wrapped("\u00fc\u00fc\u00fc \u00fc", {.columns = 5}), "\u00fc\u00fc\u00fc \u00fc");
}

TEST(Wrapped, PartsNoCommandInBackquotes) {
  EXPECT_EQ(wrapped("do `hubward fetch -v` now", {.columns = 9}), "do\n`hubward fetch -v`\nnow");
  EXPECT_EQ(wrapped("a lone ` mark", {.columns = 6}), "a lone\n` mark");
}

TEST(Wrapped, PartsNoWordThatHoldsASpace) {
  const std::vector<std::string> words = {"next:", "hubward fetch", "does it"};
  EXPECT_EQ(wrapped(words, {.indent = 2, .columns = 10}), "next:\n  hubward fetch\n  does it");
  EXPECT_EQ(wrapped(words, {}), "next: hubward fetch does it");
}

TEST(Wrapped, CountsNoColour) {
  EXPECT_EQ(wrapped("\x1b[1mab\x1b[0m \x1b[31mcd\x1b[0m e", {.columns = 5}),
            "\x1b[1mab\x1b[0m \x1b[31mcd\x1b[0m\ne");
}

TEST(Wrapped, LeavesAPageOfAnyWidthAlone) {
  EXPECT_EQ(wrapped("one two  three", {}), "one two  three");
}

}  // namespace
}  // namespace hubward
