#include "runner/cli/stderr_page.h"

#include <gtest/gtest.h>

namespace hubward {
namespace {

TEST(OnPage, AnOwnLineGoesOnBeneathItself) {
  EXPECT_EQ(on_page("hubward: one two three\n", 17), "hubward: one two\n         three\n");
  EXPECT_EQ(on_page("hubward:   one two\n", 15), "hubward:   one\n           two\n");
}

TEST(OnPage, TheLinesOfOthersStay) {
  const std::string text = "m.txt:1:1: error: a b c d\n::error title=a::b c d e f g\nhubward: a\n";
  EXPECT_EQ(on_page(text, 12), text);
}

TEST(OnPage, WhereNoTerminalReadsALineStaysALine) {
  const std::string text = "hubward: " + std::string(90, 'a') + " b\nhubward: c";
  EXPECT_EQ(on_page(text, 0), text);
}

TEST(OnPage, NeitherAPathNorACommandIsParted) {
  EXPECT_EQ(on_page("hubward: at /a/very/long/path, do `hubward fetch -v`", 20),
            "hubward: at\n         /a/very/long/path,\n         do\n         `hubward fetch -v`");
}

}  // namespace
}  // namespace hubward
