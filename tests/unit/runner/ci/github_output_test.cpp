#include "runner/ci/github_output.h"

#include "tests/support/files.h"
#include "tests/support/matchers.h"
#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>

#include <sys/stat.h>

#include <algorithm>
#include <set>

namespace hubward {
namespace {

using test::read_file;
using test::TemporaryFolder;
using test::write_file;

TEST(GithubOutput, ATokenIsHiddenWithItsLineEndsEscaped) {
  EXPECT_EQ(mask_command("hf_a%b\r\nc"), "::add-mask::hf_a%25b%0D%0Ac\n");
}

/// Gives the texts one after the other, the last one for ever.
std::function<std::string()> giving(std::vector<std::string> texts) {
  return [texts = std::move(texts), at = std::size_t{0}]() mutable {
    return texts[std::min(at++, texts.size() - 1)];
  };
}

TEST(GithubOutput, WordsAreALineEach) {
  const std::vector<StepOutput> outputs = {
      {"mode", "online"}, {"reason", "rate-limited"}, {"version", "1.2_3"}};
  EXPECT_EQ(step_output_text(outputs, giving({"END"})),
            "mode=online\nreason=rate-limited\nversion=1.2_3\n");
}

TEST(GithubOutput, WhatIsNoWordStandsBetweenDelimiters) {
  for (const std::string value :
       {"/a b/hub", "", "two\nlines", "a\nverdict=complete", "x\n", "a=b"}) {
    EXPECT_EQ(step_output_text(std::vector<StepOutput>{{"path", value}}, giving({"END"})),
              "path<<END\n" + value + "\nEND\n");
  }
}

TEST(GithubOutput, ADelimiterThatTheValueHoldsIsNotTaken) {
  const std::vector<StepOutput> outputs = {{"a", "x\nONE\ny=z"}, {"b", "/"}};
  EXPECT_EQ(step_output_text(outputs, giving({"ONE", "TWO", "THREE"})),
            "a<<TWO\nx\nONE\ny=z\nTWO\nb<<THREE\n/\nTHREE\n");
}

TEST(GithubOutput, NoTwoDelimitersAreAlike) {
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) seen.insert(random_delimiter());
  EXPECT_EQ(seen.size(), 1000U);
  EXPECT_EQ(seen.begin()->size(), std::string("hubward_").size() + 32);
}

TEST(GithubOutput, AFifoIsNotWaitedFor) {
  const TemporaryFolder folder;
  ASSERT_EQ(::mkfifo((folder / "f").c_str(), 0600), 0);
  EXPECT_THAT(append_to_step_file(folder / "f", [](std::size_t) { return std::string("x"); }),
              test::FailsWith(ErrorKind::io));
  EXPECT_THAT(append_to_step_file(folder.path(), [](std::size_t) { return std::string("x"); }),
              test::FailsWith(ErrorKind::io));
}

TEST(GithubOutput, WhatStandsInTheFileStays) {
  const TemporaryFolder folder;
  write_file(folder / "f", "a=1\n");
  ASSERT_THAT(append_to_step_file(folder / "f", [](std::size_t) { return "b=2\n"; }),
              test::Succeeds());
  EXPECT_EQ(read_file(folder / "f"), "a=1\nb=2\n");
}

TEST(GithubOutput, ALineWithoutItsEndGetsOneFirst) {
  const TemporaryFolder folder;
  write_file(folder / "f", "a=1");
  ASSERT_THAT(append_to_step_file(folder / "f", [](std::size_t) { return "b=2\n"; }),
              test::Succeeds());
  EXPECT_EQ(read_file(folder / "f"), "a=1\nb=2\n");
}

TEST(GithubOutput, TheWriterIsToldHowMuchIsThere) {
  const TemporaryFolder folder;
  write_file(folder / "f", "12345");
  std::size_t told = 0;
  ASSERT_THAT(append_to_step_file(folder / "f",
                                  [&](std::size_t size) {
                                    told = size;
                                    return std::string();
                                  }),
              test::Succeeds());
  EXPECT_EQ(told, 5U);
}

TEST(GithubOutput, AFileThatCannotBeWrittenSaysSo) {
  EXPECT_THAT(
      append_to_step_file("/no/such/folder/f", [](std::size_t) { return std::string("x"); }),
      test::FailsWith(ErrorKind::io));
}

}  // namespace
}  // namespace hubward
