// A cache that agrees with itself and lies: what docs/SECURITY.md promises of it, without a lock
// and with one.

#include "tests/support/contents.h"
#include "tests/support/files.h"
#include "tests/support/verify_binary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace hubward::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class Poisoned : public testing::Test {
 protected:
  Poisoned() {
    fill(repo_, safetensors(1000, 1));
    repo_.listing();
    write_file(cache_.surroundings() + "/model_manifest.txt", "gpt2\n");
    EXPECT_EQ(run_binary(
                  {.args = {"lock", "--cache-dir", cache_.path()}, .folder = cache_.surroundings()})
                  .exit_code,
              0);
  }

  static void fill(RepoBuilder& repo, const std::string& weights) {
    repo.file("config.json", R"({"model_type": "gpt2"})")
        .file("tokenizer.json", R"({"version": "1.0"})")
        .file("model.safetensors", weights, {.lfs = true});
  }

  VerifyAnswer verify(const std::vector<std::string>& args = {}) const {
    return verify_by_binary(cache_, "gpt2\n", args);
  }

  /// The cache's own word is all that there is, and the verdict says so.
  void expect_to_pass_without_a_lock() const {
    const VerifyAnswer answer = verify({"--no-lock"});
    EXPECT_EQ(answer.raw.exit_code, 0);
    EXPECT_THAT(answer.report.lines(), IsEmpty());
    ASSERT_EQ(answer.report.repos.size(), 1u);
    EXPECT_EQ(answer.report.repos[0].basis, "tree");
  }

  void expect_to_be_caught(const std::vector<std::string>& findings) const {
    const VerifyAnswer answer = verify();
    EXPECT_EQ(answer.raw.exit_code, 2);
    EXPECT_EQ(answer.report.lines(), findings);
    EXPECT_EQ(answer.report.repos[0].basis, "lock");
    const BinaryAnswer run =
        run_binary({.args = {"run", "--offline", "--cache-dir", cache_.path(), "--", "true"},
                    .folder = cache_.surroundings()});
    EXPECT_EQ(run.exit_code, 125);
  }

  CacheBuilder cache_;
  RepoBuilder& repo_ = cache_.repo("gpt2");
};

TEST_F(Poisoned, AWholeCacheStandsOnItsLock) {
  const VerifyAnswer answer = verify();
  EXPECT_EQ(answer.raw.exit_code, 0);
  EXPECT_THAT(answer.report.lines(), IsEmpty());
  EXPECT_EQ(answer.report.repos[0].basis, "lock");
}

TEST_F(Poisoned, OtherBytesUnderTheirOwnNameAndAListingThatVouchesForThem) {
  repo_.file("model.safetensors", safetensors(1000, 2), {.lfs = true}).listing();
  expect_to_pass_without_a_lock();
  expect_to_be_caught({"oid-mismatch " + repo_.pointer("model.safetensors"),
                       "listing-malformed " + repo_.folder() + "/trees/" + kCommit + ".json"});
}

TEST_F(Poisoned, ARefThatWasMovedToAnotherWholeCommit) {
  repo_.commit(kOtherCommit);
  fill(repo_, safetensors(1000, 3));
  repo_.listing().ref("main", kOtherCommit);
  expect_to_pass_without_a_lock();
  expect_to_be_caught({"ref-drift " + repo_.folder() + "/refs/main"});
}

TEST_F(Poisoned, AFileThatAClientLoadsAndNobodyLocked) {
  repo_.file("modeling_gpt2.py", "import os\n").listing();
  expect_to_pass_without_a_lock();
  expect_to_be_caught({"unlisted-file " + repo_.pointer("modeling_gpt2.py")});
}

TEST_F(Poisoned, AListingAloneThatLiesIsNoBasis) {
  repo_.file("extra/config.json", "{}", {.on_disk = false}).listing();
  EXPECT_THAT(verify().report.lines(), IsEmpty()) << "more than is locked contradicts nothing";
  write_file(cache_ / (repo_.folder() + "/trees/" + kCommit + ".json"),
             R"({"format_version": 1, "files": {}})");
  const VerifyAnswer answer = verify();
  EXPECT_EQ(answer.raw.exit_code, 0);
  ASSERT_EQ(answer.report.findings.size(), 1u);
  EXPECT_EQ(answer.report.findings[0].code, "listing-malformed");
  EXPECT_EQ(answer.report.findings[0].finding_class, "warning");
  EXPECT_THAT(answer.report.findings[0].detail, HasSubstr("which the lock has"));
}

}  // namespace
}  // namespace hubward::test
