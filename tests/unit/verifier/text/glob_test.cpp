#include "verifier/text/glob.h"

#include "tests/support/source_dir.h"
#include "tests/support/text_fixtures.h"
#include "verifier/text/json_door.h"

#include <gtest/gtest.h>

#include <sstream>

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

TEST(Glob, AnswersAsPythonsFnmatch) {
  const std::string table = test::read_text(test::source_dir() + "/fixtures/globs/fnmatch.jsonl");
  std::vector<std::string> paths;
  std::size_t compared = 0;
  std::istringstream lines(table);
  for (std::string line; std::getline(lines, line);) {
    const auto row = parse_json(line);
    ASSERT_TRUE(row) << line;
    if (paths.empty()) {
      for (const JsonValue& path : *row->array()) paths.push_back(*path.string());
      continue;
    }
    const std::string& pattern = *(*row->array())[0].string();
    const std::string& answers = *(*row->array())[1].string();
    ASSERT_EQ(answers.size(), paths.size());
    if (pattern.ends_with('/')) continue;  // the Hub's own meaning, not fnmatch's
    for (std::size_t i = 0; i < paths.size(); ++i, ++compared)
      EXPECT_EQ(glob_matches(pattern, paths[i]), answers[i] == '1')
          << pattern << " on " << paths[i];
  }
  EXPECT_GT(compared, 60'000u);
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
