#include "verifier/text/glob.h"

#include <gtest/gtest.h>

namespace hubward {
namespace {

TEST(Glob, StarAndQuestionMarkCrossSlashes) {
  EXPECT_TRUE(glob_matches("*.json", "a/b/config.json"));
  EXPECT_TRUE(glob_matches("onnx/*", "onnx/a/b.onnx"));
  EXPECT_TRUE(glob_matches("a?b", "a/b"));
  EXPECT_FALSE(glob_matches("*.json", "config.json5"));
  EXPECT_FALSE(glob_matches("onnx/*", "sub/onnx/a"));
}

TEST(Glob, CaseMatters) {
  EXPECT_FALSE(glob_matches("*.JSON", "config.json"));
  EXPECT_FALSE(glob_matches("[A-Z]", "a"));
}

TEST(Glob, ATrailingSlashMeansAllBelow) {
  EXPECT_TRUE(glob_matches("onnx/", "onnx/model.onnx"));
  EXPECT_TRUE(glob_matches("onnx/", "onnx/a/b"));
  EXPECT_FALSE(glob_matches("onnx/", "onnx"));
  EXPECT_FALSE(glob_matches("onnx/", "onnx2/a"));
}

TEST(Glob, AQuestionMarkTakesOneCharacterNotOneByte) {
  EXPECT_TRUE(glob_matches("gr?ße", "größe"));
  EXPECT_TRUE(glob_matches("?", "🤗"));
  EXPECT_FALSE(glob_matches("??", "ü"));
  EXPECT_TRUE(glob_matches("[ä-ü]", "ö"));
}

TEST(Glob, ABrokenByteIsACharacterOfItsOwn) {
  EXPECT_TRUE(glob_matches("a?b",
                           "a\xff"
                           "b"));
  EXPECT_TRUE(glob_matches("*b",
                           "\xff\xfe"
                           "b"));
  EXPECT_FALSE(glob_matches("é", "\xe9"));
}

// With a search that tries every star anew these would not end before the sun does; the limit of
// the test program is what a return of that would hit.
TEST(Glob, ManyStarsEnd) {
  std::string pattern;
  for (int i = 0; i < 1000; ++i) pattern += "*a";
  EXPECT_FALSE(glob_matches(pattern + "b", std::string(4000, 'a')));
  EXPECT_TRUE(glob_matches(pattern, std::string(4000, 'a')));
}

TEST(Glob, ManyUnclosedBracketsEnd) {
  const std::string brackets(4000, '[');
  EXPECT_FALSE(glob_matches("*" + brackets + "x", brackets));
  EXPECT_TRUE(glob_matches("*" + brackets, brackets));
}

TEST(Glob, OnlyAPathWithoutMarksIsLiteral) {
  EXPECT_TRUE(glob_is_literal("a/b.json"));
  EXPECT_TRUE(glob_is_literal("a]b"));
  for (const char* pattern : {"*", "a?", "[a]", "[", "onnx/"})
    EXPECT_FALSE(glob_is_literal(pattern)) << pattern;
}

}  // namespace
}  // namespace hubward
