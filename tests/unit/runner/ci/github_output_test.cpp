#include "runner/ci/github_output.h"

#include "tests/support/files.h"
#include "tests/support/matchers.h"
#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>

namespace hubward {
namespace {

using test::read_file;
using test::TemporaryFolder;
using test::write_file;

TEST(GithubOutput, ATokenIsHiddenWithItsLineEndsEscaped) {
  EXPECT_EQ(mask_command("hf_a%b\r\nc"), "::add-mask::hf_a%25b%0D%0Ac\n");
}

TEST(GithubOutput, TheThreeOutputsAreALineEach) {
  EXPECT_EQ(github_output_text({"online", "incomplete", "rate-limited"}),
            "mode=online\nverdict=incomplete\nreason=rate-limited\n");
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
