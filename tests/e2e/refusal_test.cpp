// Where the system refuses: the binary runs without privileges here, as `nobody` when the tests run
// as root. What a cache refuses is a finding; only what stops hubward itself is an error. A cache
// that may not be written verifies like any other.

#include "tests/support/contents.h"
#include "tests/support/files.h"
#include "tests/support/verify_binary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/stat.h>

#include <string>

namespace hubward::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class Refusal : public testing::Test {
 protected:
  Refusal() {
    repo_.file("config.json", R"({"model_type": "gpt2"})")
        .file("tokenizer.json", R"({"version": "1.0"})")
        .file("model.safetensors", safetensors(1000), {.lfs = true});
  }

  void close(const std::string& path, mode_t mode = 0) const {
    // Not "hub/.": who has closed the cache could not open it again by that name.
    const std::string place = path == "." ? cache_.path() : cache_ / path;
    if (::chmod(place.c_str(), mode) != 0) {
      throw_errno("chmod", path);
    }
  }
  VerifyAnswer verify(const std::vector<std::string>& args = {}) const {
    return verify_by_binary(cache_, "gpt2\n", args);
  }

  CacheBuilder cache_;
  RepoBuilder& repo_ = cache_.repo("gpt2");
};

TEST_F(Refusal, AClosedBlobIsUnreadableAndTheOthersAreStillJudged) {
  close(repo_.blob("config.json"));
  flip_bit(cache_ / repo_.blob("model.safetensors"), 700);
  const VerifyAnswer answer = verify();
  EXPECT_THAT(answer.report.lines(),
              testing::UnorderedElementsAre("unreadable " + repo_.blob("config.json"),
                                            "blob-corrupt " + repo_.blob("model.safetensors")));
  EXPECT_EQ(answer.raw.exit_code, 2);
}

TEST_F(Refusal, AClosedRepoFolderIsOneFindingAndTheOtherModelIsStillJudged) {
  cache_.repo("org/other").file("tokenizer.json", "{}");
  close("models--gpt2");
  const VerifyAnswer answer = verify_by_binary(cache_, "gpt2\norg/other\n");
  EXPECT_THAT(answer.report.lines(), ElementsAre("unreadable models--gpt2"));
  ASSERT_EQ(answer.report.repos.size(), 2u);
  EXPECT_EQ(answer.report.repos.back().verdict, "complete");
  EXPECT_EQ(answer.raw.exit_code, 2);
}

TEST_F(Refusal, AClosedRefIsSaidAtTheRef) {
  close("models--gpt2/refs/main");
  EXPECT_THAT(verify().report.lines(), ElementsAre("unreadable models--gpt2/refs/main"));
}

TEST_F(Refusal, WhatAClosedSnapshotHidesIsNotCalledMissing) {
  close(repo_.snapshot());
  EXPECT_THAT(verify().report.lines(), ElementsAre("unreadable " + repo_.snapshot()));
}

TEST_F(Refusal, AClosedBlobCountsOnlyWhereBlobsAreOpened) {
  close(repo_.blob("model.safetensors"));
  EXPECT_EQ(verify({"--level", "layout"}).raw.exit_code, 0);
  EXPECT_EQ(verify({"--level", "content"}).raw.exit_code, 2);
}

TEST_F(Refusal, AListingOfAnotherUserIsNoBasis) {
  repo_.listing();
  const std::string path = std::string("models--gpt2/trees/") + kCommit + ".json";
  // Python writes it 0600. Where the tests are not root the file is our own, so it is closed for
  // all.
  close(path, running_as_root() ? 0600 : 0);
  const VerifyAnswer answer = verify();
  EXPECT_THAT(answer.report.lines(), ElementsAre("listing-malformed " + path));
  EXPECT_EQ(answer.raw.exit_code, 0);
  ASSERT_EQ(answer.report.repos.size(), 1u);
  EXPECT_EQ(answer.report.repos.front().basis, "assumed");
}

TEST_F(Refusal, ACacheThatMayNotBeWrittenVerifiesLikeAnyOther) {
  for (const char* file : {"config.json", "tokenizer.json", "model.safetensors"}) {
    close(repo_.blob(file), 0444);
  }
  close("models--gpt2/refs/main", 0444);
  for (const std::string& folder :
       {std::string("models--gpt2/blobs"), repo_.snapshot(), std::string("models--gpt2/snapshots"),
        std::string("models--gpt2"), std::string(".")}) {
    close(folder, 0555);
  }
  const VerifyAnswer answer = verify({"--all"});
  EXPECT_EQ(answer.raw.exit_code, 0) << answer.raw.err;
  EXPECT_THAT(answer.report.lines(), IsEmpty());
}

TEST_F(Refusal, VerifyingChangesNothing) {
  flip_bit(cache_ / repo_.blob("config.json"), 3);
  make_link("/etc/passwd", cache_ / repo_.pointer("escape.json"));
  const std::string before = fingerprint(cache_.path());
  EXPECT_EQ(verify({"--all"}).raw.exit_code, 2);
  EXPECT_EQ(fingerprint(cache_.path()), before);
}

TEST_F(Refusal, ACacheRootThatMayNotBeEnteredStopsHubwardItself) {
  close(".");
  const VerifyAnswer answer = verify();
  EXPECT_EQ(answer.raw.exit_code, 74);
  EXPECT_THAT(answer.raw.out, IsEmpty());
  EXPECT_THAT(answer.raw.err, testing::HasSubstr("Permission denied"));
  close(".", 0755);
}

TEST_F(Refusal, ACacheThatIsAFileIsNoCache) {
  remove_tree(cache_.path());
  write_file(cache_.path(), "not a folder\n");
  EXPECT_EQ(verify().raw.exit_code, 66);
}

}  // namespace
}  // namespace hubward::test
