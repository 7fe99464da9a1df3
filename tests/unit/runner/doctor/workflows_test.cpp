#include "runner/doctor/workflows.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hubward {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> paths(std::string_view workflow) {
  std::vector<std::string> paths;
  for (const StoredPath& stored : stored_paths_in(workflow)) paths.push_back(stored.path);
  return paths;
}

TEST(Workflows, APathOfACacheStepIsFoundInEitherOrder) {
  EXPECT_THAT(paths(R"(jobs:
  test:
    steps:
      - uses: actions/checkout@v4
        with:
          path: not-this
      - name: models
        uses: actions/cache@v4
        with:
          path: ~/.cache/huggingface   # the clients' own
          key: x
      - uses: "actions/cache/restore@0123" # pinned
        with:
          key: y
          path: |
            ~/one
            "two"
            # a comment
          restore-keys: z
      - uses: other/action@v1
        with:
          path: nor-this
)"),
              ElementsAre("~/.cache/huggingface", "~/one", "two"));
}

TEST(Workflows, WhatIsComputedCannotBeTold) {
  EXPECT_THAT(paths("- uses: actions/cache@v4\n  with:\n    path: ${{ env.X }}\n"), IsEmpty());
  EXPECT_THAT(paths("- uses: actions/cache@v4\n  with:\n    path: |\n      !a\n      b/**\n"),
              IsEmpty());
  EXPECT_THAT(paths(""), IsEmpty());
  EXPECT_THAT(paths("- uses: actions/cache@v4\r\n  with:\r\n    path: a\r\n"), ElementsAre("a"));
  EXPECT_THAT(paths("path: |"), IsEmpty());
}

Storing storing(const std::string& path, const std::string& cache) {
  const Workflow workflow{"w.yml", {{path, 3}}};
  return storing_of({&workflow, 1}, cache, "/w", "/home/me").storing;
}

TEST(Workflows, TheHubAloneIsStoredWithoutTheTokenBesideIt) {
  const std::string cache = "/home/me/.cache/huggingface/hub";
  EXPECT_EQ(storing("~/.cache/huggingface/hub", cache), Storing::cache);
  EXPECT_EQ(storing("~/.cache/huggingface/hub/models--x", cache), Storing::cache);
  EXPECT_EQ(storing("~/.cache/huggingface", cache), Storing::with_token);
  EXPECT_EQ(storing("~/.cache/hugging", cache), Storing::elsewhere);
  EXPECT_EQ(storing("hf/hub/", "/w/hf/hub"), Storing::cache);
  EXPECT_EQ(storing("~other/x", cache), Storing::nothing_known);
}

TEST(Workflows, TheWorstOfSeveralIsNamedWithItsLine) {
  const std::vector<Workflow> workflows = {{"a.yml", {{"vendor", 2}, {"~/.cache", 9}}}};
  const StoringAnswer answer = storing_of(workflows, "/h/.cache/x/hub", "/w", "/h");
  EXPECT_EQ(answer.storing, Storing::with_token);
  EXPECT_EQ(answer.place, "a.yml:9");
}

}  // namespace
}  // namespace hubward
