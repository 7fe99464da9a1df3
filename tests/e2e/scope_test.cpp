// Whose damage counts: the manifest's entries, the REPO arguments among them, or all.

#include "tests/support/contents.h"
#include "tests/support/files.h"
#include "tests/support/verify_binary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace hubward::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class ScopeTest : public testing::Test {
 protected:
  ScopeTest() {
    gpt2_.file("tokenizer.json", R"({"of": "gpt2"})");
    other_.file("tokenizer.json", R"({"of": "other"})");
  }

  void damage(const RepoBuilder& repo) const { flip_bit(cache_ / repo.blob("tokenizer.json"), 3); }
  static std::string corrupt(const RepoBuilder& repo) {
    return "blob-corrupt " + repo.blob("tokenizer.json");
  }

  CacheBuilder cache_;
  RepoBuilder& gpt2_ = cache_.repo("gpt2");
  RepoBuilder& other_ = cache_.repo("org/other");
};

TEST_F(ScopeTest, ARepoThatTheManifestDoesNotNameCountsUnderAllOnly) {
  damage(other_);
  EXPECT_THAT(verify_by_binary(cache_, "gpt2\n").report.lines(), IsEmpty());
  const VerifyAnswer all = verify_by_binary(cache_, "gpt2\n", {"--all"});
  EXPECT_THAT(all.report.lines(), ElementsAre(corrupt(other_)));
  EXPECT_EQ(all.raw.exit_code, 2);
}

TEST_F(ScopeTest, AllNeedsNoManifestAndAsksForNoCompleteness) {
  remove_tree(cache_ / gpt2_.blob("tokenizer.json"));
  const VerifyAnswer answer = verify_by_binary(cache_, "", {"--all"});
  EXPECT_EQ(answer.raw.exit_code, 0);
  ASSERT_EQ(answer.report.findings.size(), 1u);
  EXPECT_EQ(answer.report.findings.front().finding_class, "note");
  EXPECT_THAT(answer.raw.out, testing::ContainsRegex("\"entries\": *0"));
}

TEST_F(ScopeTest, WithoutManifestAndAllTheFivePlacesAreNamed) {
  const VerifyAnswer answer = verify_by_binary(cache_, "");
  EXPECT_EQ(answer.raw.exit_code, 66);
  for (const char* place : {"test/model_manifest.txt", "spec/model_manifest.txt",
                            "tests/model_manifest.txt", "config/model_manifest.txt"}) {
    EXPECT_THAT(answer.raw.err, HasSubstr(place));
  }
}

TEST_F(ScopeTest, ARepoArgumentNarrowsToItsEntries) {
  damage(other_);
  EXPECT_EQ(verify_by_binary(cache_, "gpt2\norg/other\n", {"gpt2"}).raw.exit_code, 0);
  EXPECT_THAT(verify_by_binary(cache_, "gpt2\norg/other\n", {"org/other"}).report.lines(),
              ElementsAre(corrupt(other_)));
}

TEST_F(ScopeTest, ARepoArgumentWithoutRevisionMeansAllOfThem) {
  const std::string manifest = "gpt2\ngpt2@dev\norg/other\n";
  const std::string missing = "ref-missing models--gpt2/refs/dev";
  EXPECT_THAT(verify_by_binary(cache_, manifest, {"gpt2"}).report.lines(), ElementsAre(missing));
  EXPECT_THAT(verify_by_binary(cache_, manifest, {"gpt2@dev"}).report.lines(),
              ElementsAre(missing));
  EXPECT_THAT(verify_by_binary(cache_, manifest, {"gpt2@main"}).report.lines(), IsEmpty());
}

TEST_F(ScopeTest, ARepoArgumentThatMatchesNothingNamesTheNearestId) {
  const VerifyAnswer answer = verify_by_binary(cache_, "gpt2\norg/other\n", {"gtp2"});
  EXPECT_EQ(answer.raw.exit_code, 64);
  EXPECT_THAT(answer.raw.err, HasSubstr("gpt2"));
}

TEST_F(ScopeTest, ACorruptFileThatNoLoadNeedsCountsUnderAllOnly) {
  gpt2_.file("README.md", "# gpt2\n").listing();
  flip_bit(cache_ / gpt2_.blob("README.md"), 2);
  EXPECT_THAT(verify_by_binary(cache_, "gpt2\n").report.lines(), IsEmpty());
  EXPECT_THAT(verify_by_binary(cache_, "gpt2\n", {"--all"}).report.lines(),
              ElementsAre("blob-corrupt " + gpt2_.blob("README.md")));
}

TEST_F(ScopeTest, AHostileFileThatNoLoadNeedsCountsAlways) {
  gpt2_.file("README.md", "# gpt2\n").listing();
  make_link("/etc/passwd", cache_ / gpt2_.pointer("README.md"));
  EXPECT_THAT(verify_by_binary(cache_, "gpt2\n").report.lines(),
              ElementsAre("pointer-escapes " + gpt2_.pointer("README.md")));
}

TEST_F(ScopeTest, CorruptWinsOverIncomplete) {
  damage(gpt2_);
  const VerifyAnswer answer = verify_by_binary(cache_, "gpt2\norg/missing\n");
  EXPECT_THAT(answer.report.lines(),
              ElementsAre(corrupt(gpt2_), "repo-missing models--org--missing"));
  EXPECT_EQ(answer.raw.exit_code, 2);
}

TEST_F(ScopeTest, TheManifestMayComeFromStandardInput) {
  const BinaryAnswer answer = run_binary(
      {.args = {"verify", "--cache-dir", cache_.path(), "--format", "json", "--manifest", "-"},
       .folder = cache_.surroundings(),
       .input = "gpt2\norg/missing\n",
       .as = As::nobody});
  EXPECT_EQ(answer.exit_code, 1) << answer.err;
  EXPECT_THAT(read_report(answer.out).lines(), ElementsAre("repo-missing models--org--missing"));
}

}  // namespace
}  // namespace hubward::test
