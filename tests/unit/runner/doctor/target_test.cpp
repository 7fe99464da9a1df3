#include "runner/doctor/target.h"

#include "tests/support/matchers.h"

#include <gtest/gtest.h>

namespace hubward {
namespace {

/// A manifest, and what a cache has: ids of models, and the same names as revisions for all.
struct Known {
  std::string manifest = {};
  std::vector<std::string> cached = {};
  std::vector<std::string> revisions = {};

  Result<DoctorTarget> read(std::string_view word) const {
    const auto parsed = parse_manifest(manifest, "m");
    return read_target(word, {.manifest = parsed ? &*parsed : nullptr,
                              .is_cached =
                                  [&](const RepoId& repo) {
                                    return std::ranges::find(cached, repo.manifest_spelling()) !=
                                           cached.end();
                                  },
                              .revisions_of = [&](const RepoId&) { return revisions; }});
  }

  std::string told(std::string_view word) const {
    const auto target = read(word);
    if (!target) return "no: " + target.error().what;
    return target->repo.manifest_spelling() + " @ " + target->revision.text() + " / " +
           target->file;
  }
};

TEST(Target, AnIdOfTwoPartsIsTakenBeforeOneOfOne) {
  EXPECT_EQ((Known{.cached = {"gpt2", "gpt2/onnx"}}.told("gpt2/onnx/model.onnx")),
            "gpt2/onnx @ main / model.onnx");
  EXPECT_EQ((Known{.cached = {"gpt2"}}.told("gpt2/onnx/model.onnx")),
            "gpt2 @ main / onnx/model.onnx");
  EXPECT_EQ((Known{.cached = {"gpt2"}}.told("gpt2")), "gpt2 @ main / ");
  EXPECT_EQ((Known{.cached = {"datasets/a/b"}}.told("datasets/a/b/x")), "datasets/a/b @ main / x");
}

TEST(Target, TheManifestsRevisionIsTheUsualOne) {
  const Known known{.manifest = "gpt2@v1\n"};
  EXPECT_EQ(known.told("gpt2/config.json"), "gpt2 @ v1 / config.json");
  EXPECT_EQ(known.told("gpt2@main/config.json"), "gpt2 @ main / config.json");
}

TEST(Target, ARevisionWithSlashesEndsWhereAKnownOneDoes) {
  const Known known{.cached = {"a/b"}, .revisions = {"refs/pr/1", "refs", "v1"}};
  EXPECT_EQ(known.told("a/b@refs/pr/1/x/y"), "a/b @ refs/pr/1 / x/y");
  EXPECT_EQ(known.told("a/b@refs/pr/12/x"), "a/b @ refs / pr/12/x");
  EXPECT_EQ(known.told("a/b@other/x"), "a/b @ other / x");
  EXPECT_EQ(known.told("a/b@v1"), "a/b @ v1 / ");
}

TEST(Target, WhatNobodyKnowsIsRefusedWithTheNearest) {
  const auto answer = Known{.manifest = "bert-base-uncased\n"}.read("bert-base-uncasd/x");
  EXPECT_THAT(answer, test::FailsWith(ErrorKind::usage));
  EXPECT_NE(answer.error().what.find("`bert-base-uncased`"), std::string::npos);
}

TEST(Target, APathThatLeadsOutIsRefused) {
  const Known known{.cached = {"a/b"}};
  for (const char* word : {"a/b/../x", "a/b//x", "a/b/x\\y", "a/b/./x", "a/b/\x01"}) {
    EXPECT_THAT(known.read(word), test::FailsWith(ErrorKind::usage)) << word;
  }
  EXPECT_THAT(known.read("a/b@..x/y"), test::FailsWith(ErrorKind::bad_input));
}

TEST(Target, NoWordIsTooOdd) {
  const Known known{.cached = {"a/b"}};
  for (const char* word : {"", "/", "@", "a/b@", "//", "models/", "a/b@/", "datasets/"}) {
    EXPECT_FALSE(known.read(word).has_value()) << word;
  }
}

}  // namespace
}  // namespace hubward
