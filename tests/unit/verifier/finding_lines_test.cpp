// Every finding knows the line of the manifest and of the lock that it is about: a cache lies
// outside of the checkout, so these are the lines that a reviewer can be shown.
#include "tests/support/files.h"
#include "tests/support/verify_cache.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

namespace hubward::test {
namespace {

constexpr char kManifest[] = "# the models\n\ngpt2\n";
constexpr int kRepoLine = 3;
constexpr int kConfigLine = 8;
constexpr int kTokenizerLine = 12;

class FindingLines : public ::testing::Test {
 protected:
  FindingLines() {
    repo_.file("config.json", "{}").file("tokenizer.json", "[]");
    auto lock = parse_lock_file(
        "version = 1\n\n[[repo]]\nid = \"gpt2\"\ntype = \"model\"\n"
        "revision = \"main\"\ncommit = \"" +
            std::string(kCommit) + "\"\n" + file("config.json") + file("tokenizer.json"),
        "model_manifest.lock.toml");
    if (!lock) throw std::runtime_error(lock.error().what);
    lock_ = *lock;
  }

  std::string file(const std::string& path) const {
    return "[[repo.file]]\npath = \"" + path +
           "\"\nsize = 2\noid = \"sha1:" + repo_.blob_name(path) + "\"\n";
  }
  /// The only finding that is not a note.
  Finding under_lock() const { return only(verify_manifest(cache_, kManifest, {.lock = &lock_})); }
  static Finding only(const Report& report) {
    EXPECT_FALSE(report.findings.empty());
    return report.findings.empty() ? make_finding(FindingCode::unexpected_entry, "")
                                   : report.findings.front();
  }

  CacheBuilder cache_;
  RepoBuilder& repo_ = cache_.repo("gpt2");
  LockFile lock_;
};

TEST_F(FindingLines, ABadBlobIsAtTheLineOfItsFileInTheLock) {
  write_file(cache_.path() + "/" + repo_.blob("tokenizer.json"), "{]");
  const Finding finding = under_lock();
  EXPECT_EQ(finding.code, FindingCode::blob_corrupt);
  EXPECT_EQ(finding.lock_line, kTokenizerLine);
  EXPECT_EQ(finding.manifest_line, 3);
}

TEST_F(FindingLines, AMissingFileIsAtItsLineToo) {
  std::filesystem::remove(cache_.path() + "/" + repo_.pointer("config.json"));
  const Finding finding = under_lock();
  EXPECT_EQ(finding.code, FindingCode::file_missing);
  EXPECT_EQ(finding.lock_line, kConfigLine);
}

TEST_F(FindingLines, WhatConcernsTheWholeRepoIsAtTheRepo) {
  repo_.ref("main", std::string(kCommit) + "\n");
  EXPECT_EQ(under_lock().code, FindingCode::ref_whitespace);
  EXPECT_EQ(under_lock().lock_line, kRepoLine);
}

TEST_F(FindingLines, AFileThatTheLockLacksIsAtTheRepo) {
  repo_.file("more.json", "{ }");
  EXPECT_EQ(under_lock().code, FindingCode::unlisted_file);
  EXPECT_EQ(under_lock().lock_line, kRepoLine);
}

TEST_F(FindingLines, WithoutALockTheManifestAloneIsNamed) {
  write_file(cache_.path() + "/" + repo_.blob("config.json"), "no");
  const Finding finding = only(verify_manifest(cache_, kManifest));
  EXPECT_EQ(finding.lock_line, 0);
  EXPECT_EQ(finding.manifest_line, 3);
}

TEST_F(FindingLines, WhatNoEntryAsksForHasNone) {
  RepoBuilder& other = cache_.repo("other");
  other.file("config.json", "{  }");
  write_file(cache_.path() + "/" + other.blob("config.json"), "no");
  const Finding finding = only(verify_manifest(cache_, kManifest, {.scope = Scope::all}));
  EXPECT_EQ(finding.repo, "models/other");
  EXPECT_EQ(finding.manifest_line, 0);
  EXPECT_EQ(finding.lock_line, 0);
}

TEST_F(FindingLines, ABlobOfTwoEntriesIsShownAtTheFirst) {
  repo_.ref("v1", kCommit);
  write_file(cache_.path() + "/" + repo_.blob("config.json"), "no");
  EXPECT_EQ(only(verify_manifest(cache_, "gpt2\ngpt2@v1\n")).manifest_line, 1);
  EXPECT_EQ(only(verify_manifest(cache_, "gpt2@v1\ngpt2\n", {.scope = Scope::all})).manifest_line,
            1);
}

}  // namespace
}  // namespace hubward::test
