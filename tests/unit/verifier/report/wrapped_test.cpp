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

TEST(Wrapped, LeavesAPageOfAnyWidthAlone) {
  EXPECT_EQ(wrapped("one two  three", {}), "one two  three");
}

}  // namespace
}  // namespace hubward
