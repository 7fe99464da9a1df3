// `hubward lock` as a user runs it: what it writes, what it refuses, what stays.

#include "tests/support/lock_project.h"

#include <sys/stat.h>
#include <unistd.h>

#include <string>
#include <vector>

namespace hubward::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

constexpr const char* kWeights = kLockedWeights;

class Lock : public LockProject {};

TEST_F(Lock, WritesEveryFileOfTheSnapshotsAndVerifyThenStandsOnIt) {
  const BinaryAnswer answer = expect(0, {"lock"});
  EXPECT_THAT(answer.out, HasSubstr("+ tiny@main"));
  const std::string text = lock_text();
  EXPECT_THAT(text, StartsWith("version = 1\n\n[[repo]]\nid = \"org/other\"\n"));
  for (const char* path : {"README.md", "config.json", "tokenizer.json", kWeights}) {
    EXPECT_THAT(text, HasSubstr("path = \"" + std::string(path) + "\""));
  }
  EXPECT_THAT(text, HasSubstr("oid = \"sha256:" + tiny_.blob_name(kWeights) + "\""));
  EXPECT_THAT(text, HasSubstr("oid = \"sha1:" + tiny_.blob_name("config.json") + "\""));
  EXPECT_THAT(text, Not(HasSubstr("\r")));
  const BinaryAnswer verified = run({"verify"});
  EXPECT_THAT(verified.out, HasSubstr("complete (lock 2)"));
  expect(0, {"lock", "--check"});
  EXPECT_EQ(lock_text(), text);
}

TEST_F(Lock, IsTheSameToTheByteWhateverTheOrderAndTheCache) {
  expect(0, {"lock"});
  const std::string text = lock_text();
  write_file(manifest(), "org/other   # first\ntiny@main\n");
  remove_tree(lock());
  expect(0, {"lock"});
  EXPECT_EQ(lock_text(), text);
  EXPECT_EQ(seen({})["deed"], "unchanged");
}

TEST_F(Lock, ACopiedFileIsLockedByTheListingsIdOrElseByItsBytes) {
  RepoBuilder& copied = cache_.repo("org/copied", {.layout = Layout::copies});
  copied.file("config.json", "{}").file("tokenizer.json", "{}");
  RepoBuilder& listed = cache_.repo("org/listed", {.layout = Layout::copies});
  listed.file("config.json", "{}").file("tokenizer.json", "{}").listing();
  write_file(manifest(), "org/listed profile:tokenizer\n");
  expect(0, {"lock"});
  EXPECT_THAT(lock_text(), HasSubstr("oid = \"sha1:9e26dfeeb6e641a33dae4961196235bdb965b21b\""));

  write_file(manifest(), "org/copied profile:tokenizer\n");
  // Nothing says what these bytes should be.
  EXPECT_THAT(expect(1, {"lock"}).out, HasSubstr("not-proven"));
  copied.commit(kOtherCommit);
  write_file(cache_ / "models--org--copied/blobs/9e26dfeeb6e641a33dae4961196235bdb965b21b", "{}");
  write_file(
      cache_ / "models--org--copied/snapshots/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/x.txt", "x");
  expect(0, {"lock"});
  EXPECT_THAT(
      lock_text(),
      HasSubstr("path = \"x.txt\"\n  size = 1\n  oid = "
                "\"sha256:2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881\""));
  EXPECT_THAT(run({"verify"}).out, HasSubstr("complete (lock 1)"));
}

TEST_F(Lock, RefusesACacheThatIsNotIntactAndSaysWhatVerifySays) {
  remove_tree(cache_ / tiny_.blob("tokenizer.json"));
  const BinaryAnswer lacking = expect(1, {"lock"});
  EXPECT_THAT(lacking.out, HasSubstr("pointer-dangling"));
  EXPECT_THAT(lacking.err, HasSubstr("the lock was not written: the cache is incomplete"));
  flip_bit(cache_ / tiny_.blob(kWeights), 700);
  const Json corrupt = seen({});
  EXPECT_EQ(corrupt["exit_code"], 2);
  EXPECT_EQ(corrupt["deed"], "refused");
  EXPECT_EQ(corrupt["report"]["verdict"], "corrupt");
  EXPECT_FALSE(exists(lock()));
}

TEST_F(Lock, JudgesFilesThatNoProfileAsksFor) {
  tiny_.listing();
  flip_bit(cache_ / tiny_.blob("README.md"), 1);
  EXPECT_EQ(run({"verify"}).exit_code, 0) << "the profile does not load it";
  EXPECT_THAT(expect(2, {"lock"}).out, HasSubstr("blob-corrupt"));
}

TEST_F(Lock, AModelThatTheCacheLacksCannotBeLocked) {
  write_file(manifest(), "tiny\norg/none\n");
  EXPECT_THAT(expect(1, {"lock"}).out, HasSubstr("repo-missing"));
  EXPECT_FALSE(exists(lock()));
  write_file(manifest(), "tiny\norg/none optional\n");
  const Json left_out = seen({});
  EXPECT_EQ(left_out["deed"], "written");
  EXPECT_EQ(left_out["notes"][0]["what"], "optional and not whole in the cache; left out");
  EXPECT_THAT(lock_text(), Not(HasSubstr("org/none")));
  expect(0, {"lock", "--check"});
}

TEST_F(Lock, AMovedRefIsRefusedUntilThePinIsToMove) {
  expect(0, {"lock"});
  const std::string before = lock_text();
  move_tiny_to_another_commit();
  const BinaryAnswer refused = expect(2, {"lock"});
  EXPECT_THAT(refused.out, HasSubstr("ref-drift"));
  EXPECT_THAT(refused.err, HasSubstr("`hubward lock --update tiny@main --cache-dir "));
  EXPECT_EQ(lock_text(), before);

  const BinaryAnswer differs = expect(1, {"lock", "--check"});
  EXPECT_THAT(differs.out, HasSubstr("-     commit " + std::string(kCommit)));
  EXPECT_THAT(differs.out, HasSubstr("+     commit " + std::string(kOtherCommit)));
  EXPECT_EQ(lock_text(), before);

  EXPECT_THAT(changes(seen({"--update", "tiny"})),
              ElementsAre("commit-moved tiny", "file-removed tiny README.md",
                          "file-changed tiny config.json"));
  EXPECT_THAT(lock_text(), HasSubstr(kOtherCommit));
  expect(0, {"lock", "--check"});
}

TEST_F(Lock, WhatALockVouchesForNeedsAnOrderToChange) {
  expect(0, {"lock"});
  const std::string before = lock_text();
  write_file(cache_ / tiny_.pointer("tokenizer.json"), R"({"version": "9"})");
  const BinaryAnswer refused = expect(2, {"lock"});
  EXPECT_THAT(refused.out, HasSubstr("oid-mismatch"));
  remove_tree(cache_ / tiny_.pointer("tokenizer.json"));
  EXPECT_THAT(expect(1, {"lock"}).out, HasSubstr("file-missing"));
  EXPECT_EQ(lock_text(), before);
  EXPECT_THAT(changes(seen({"--update"})), ElementsAre("file-removed tiny tokenizer.json"));
}

TEST_F(Lock, TakesUpAFileThatNoClientLoadsAndAnyOtherOnlyWhenTold) {
  expect(0, {"lock"});
  tiny_.file("notes.txt", "n");
  EXPECT_THAT(changes(seen({})), ElementsAre("file-added tiny notes.txt"));
  const std::string before = lock_text();
  tiny_.file("vocab.json", R"({"a": 0})");
  EXPECT_EQ(run({"verify"}).exit_code, 2) << "an unlisted file";
  const BinaryAnswer refused = expect(2, {"lock"});
  EXPECT_THAT(refused.out, HasSubstr("unlisted-file"));
  EXPECT_THAT(refused.err, HasSubstr("`hubward lock --update tiny@main --cache-dir "));
  EXPECT_EQ(lock_text(), before);
  EXPECT_THAT(changes(seen({"--check"})), ElementsAre("file-added tiny vocab.json"));
  EXPECT_THAT(expect(1, {"lock", "--check"}).out, HasSubstr("`hubward lock --update --cache-dir "));
  EXPECT_THAT(changes(seen({"--update"})), ElementsAre("file-added tiny vocab.json"));
  EXPECT_EQ(run({"verify"}).exit_code, 0);
}

TEST_F(Lock, AFileThatItDoesNotListIsSaidOnceAlsoWhereNothingVouchesForIt) {
  expect(0, {"lock"});
  write_file(cache_ / tiny_.pointer("evil.py"), "import os\n");
  const BinaryAnswer answer = run({"verify", "--all", "--format", "json"});
  std::vector<std::string> codes;
  const Json report = Json::parse(answer.out);
  for (const Json& finding : report["findings"]) {
    if (finding["path"] == tiny_.pointer("evil.py")) codes.push_back(finding["code"]);
  }
  EXPECT_THAT(codes, ElementsAre("unlisted-file"));
}

TEST_F(Lock, APartOfItLeavesTheOthersUntouched) {
  expect(0, {"lock"});
  const std::string before = lock_text();
  flip_bit(cache_ / other_.blob("q.gguf"), 100);
  move_tiny_to_another_commit();
  expect(0, {"lock", "--update", "tiny"});
  const auto other_entry = [](const std::string& text) {
    return text.substr(0, text.find("id = \"tiny\""));
  };
  EXPECT_EQ(other_entry(lock_text()), other_entry(before));
  EXPECT_NE(lock_text(), before);
  expect(2, {"lock"});
}

TEST_F(Lock, AnEntryThatTheManifestNoLongerNamesLeaves) {
  expect(0, {"lock"});
  write_file(manifest(), "tiny\n");
  EXPECT_THAT(changes(seen({"--check"})), ElementsAre("repo-removed org/other"));
  EXPECT_THAT(changes(seen({"--check", "tiny"})), IsEmpty());
  expect(0, {"lock", "tiny"});
  EXPECT_THAT(lock_text(), HasSubstr("org/other")) << "only tiny was asked about";
  EXPECT_THAT(changes(seen({})), ElementsAre("repo-removed org/other"));
  EXPECT_THAT(lock_text(), Not(HasSubstr("org/other")));
}

TEST_F(Lock, SecondDigestsStayOnceTheyAreThere) {
  expect(0, {"lock", "--sha256"});
  const std::string text = lock_text();
  EXPECT_THAT(text,
              HasSubstr("oid = \"sha1:" + tiny_.blob_name("config.json") + "\"\n  sha256 = \""));
  expect(0, {"lock", "--update"});
  EXPECT_EQ(lock_text(), text);
  expect(0, {"lock", "--no-lock"});
  EXPECT_THAT(lock_text(), Not(HasSubstr("sha256 = ")));
}

TEST_F(Lock, MarkersOfAbsentFilesAreWrittenDown) {
  tiny_.no_exist("chat_template.jinja").no_exist("added_tokens.json");
  expect(0, {"lock"});
  EXPECT_THAT(lock_text(),
              HasSubstr("absent = [\"added_tokens.json\", \"chat_template.jinja\"]\n"));
  remove_tree(cache_ / "models--tiny/.no_exist");
  EXPECT_EQ(seen({})["deed"], "unchanged") << "what was once seen absent stays so";
  tiny_.file("chat_template.jinja", "{{ x }}");
  EXPECT_THAT(expect(2, {"lock"}).out, HasSubstr("unlisted-file"));
  EXPECT_THAT(changes(seen({"--check"})), ElementsAre("file-added tiny chat_template.jinja"));
  expect(0, {"lock", "--update"});
  EXPECT_THAT(lock_text(), HasSubstr("path = \"chat_template.jinja\""));
  EXPECT_THAT(lock_text(), HasSubstr("absent = [\"added_tokens.json\"]\n"));
}

TEST_F(Lock, AFileThatTheManifestExcludesIsLockedAndNotRequired) {
  write_file(manifest(), "tiny not:README.md\n");
  expect(0, {"lock"});
  EXPECT_THAT(lock_text(), HasSubstr("README.md"));
  const std::string before = lock_text();
  remove_tree(cache_ / tiny_.pointer("README.md"));
  EXPECT_EQ(run({"verify"}).exit_code, 0);
  expect(0, {"lock", "--check"});
  EXPECT_EQ(seen({})["deed"], "unchanged") << "nothing contradicts the lock";
  EXPECT_EQ(lock_text(), before);
  write_file(cache_ / tiny_.pointer("README.md"), "other\n");
  EXPECT_EQ(run({"verify"}).exit_code, 2) << "where it is there, it is what was locked";
}

TEST_F(Lock, AnExcludedFileThatTheCacheLacksLeavesWhenThePinsMove) {
  write_file(manifest(), "tiny not:README.md\n");
  expect(0, {"lock"});
  remove_tree(cache_ / tiny_.pointer("README.md"));
  EXPECT_THAT(changes(seen({"--update"})), ElementsAre("file-removed tiny README.md"));
  EXPECT_THAT(lock_text(), Not(HasSubstr("README.md")));
}

TEST_F(Lock, WhatPinsNothingIsToldWhenItChanges) {
  expect(0, {"lock"});
  EXPECT_THAT(expect(0, {"lock", "--sha256"}).out,
              HasSubstr("tiny@main: sha256 beside the oid of 4 files"));
  tiny_.no_exist("added_tokens.json");
  EXPECT_THAT(expect(0, {"lock"}).out,
              HasSubstr("tiny@main: absent upstream: + added_tokens.json"));
  EXPECT_EQ(seen({})["notes"].size(), 0u);
}

TEST_F(Lock, NoLockTellsWhatChangesAgainstOneThatCanBeRead) {
  expect(0, {"lock"});
  EXPECT_THAT(changes(seen({"--no-lock"})), IsEmpty());
  move_tiny_to_another_commit();
  EXPECT_THAT(changes(seen({"--no-lock"})),
              ElementsAre("commit-moved tiny", "file-removed tiny README.md",
                          "file-changed tiny config.json"));
  write_file(lock(), "version = 2\n");
  EXPECT_THAT(changes(seen({"--no-lock"})), ElementsAre("repo-added org/other", "repo-added tiny"));
}

TEST_F(Lock, ANameThatNoLockCanHoldIsRefused) {
  tiny_.file("odd\xFF.txt", "x");
  const Json refused = seen({});
  EXPECT_EQ(refused["exit_code"], 2);
  ASSERT_EQ(refused["unlockable"].size(), 1u);
  EXPECT_THAT(refused["unlockable"][0], HasSubstr("is not UTF-8"));
  EXPECT_FALSE(exists(lock()));
}

TEST_F(Lock, ALinkStaysALinkAndAModeStays) {
  write_file(cache_.surroundings() + "/real/lock.toml", "version = 1\n");
  ::chmod((cache_.surroundings() + "/real/lock.toml").c_str(), 0640);
  make_link("real/lock.toml", lock());
  expect(0, {"lock"});
  EXPECT_EQ(read_link(lock()), "real/lock.toml");
  EXPECT_THAT(read_file(cache_.surroundings() + "/real/lock.toml"), HasSubstr("tiny"));
  struct stat status {};
  ASSERT_EQ(::stat((cache_.surroundings() + "/real/lock.toml").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0640u);
}

TEST_F(Lock, ANamedLockIsMadeAndAnUnreadableOneIsNotReplaced) {
  const std::string elsewhere = cache_.surroundings() + "/elsewhere.toml";
  expect(66, {"lock", "--check", "--lock", elsewhere});
  expect(0, {"lock", "--lock", elsewhere});
  EXPECT_THAT(read_file(elsewhere), HasSubstr("tiny"));
  write_file(lock(), "version = 2\n");
  EXPECT_THAT(expect(65, {"lock"}).err, HasSubstr("model_manifest.lock.toml:1:11: error: "));
  EXPECT_EQ(lock_text(), "version = 2\n");
  expect(0, {"lock", "--no-lock"});
  EXPECT_THAT(lock_text(), HasSubstr("tiny"));
}

TEST_F(Lock, ASizeThatIsNotTheLockedOneIsToldBeforeAByteIsHashed) {
  expect(0, {"lock"});
  const auto hashed = [&] {
    const BinaryAnswer answer = run({"verify", "--format", "json"});
    return Json::parse(answer.out)["totals"]["bytes_hashed"].get<std::uint64_t>();
  };
  const std::uint64_t all = hashed();
  ASSERT_EQ(::truncate((cache_ / tiny_.blob(kWeights)).c_str(), 800), 0);
  EXPECT_THAT(expect(2, {"verify"}).out, HasSubstr("has 800 of 1072 bytes"));
  EXPECT_EQ(hashed(), all - 1072);
}

TEST_F(Lock, AnEntryPinnedToACommitNeedsNoRef) {
  remove_tree(cache_ / "models--tiny/refs");
  write_file(manifest(), "tiny@" + std::string(kCommit) + "\n");
  expect(0, {"lock"});
  EXPECT_THAT(lock_text(), HasSubstr("revision = \"" + std::string(kCommit) + "\""));
  expect(0, {"lock", "--check"});
}

TEST_F(Lock, AManifestFromAPipeNeedsANamedLock) {
  BinaryCall call{.args = {"lock", "--manifest", "-", "--cache-dir", cache_.path()},
                  .folder = cache_.surroundings(),
                  .input = "tiny\n"};
  EXPECT_EQ(run_binary(call).exit_code, 64);
  call.args.insert(call.args.end(), {"--lock", "named.toml"});
  EXPECT_EQ(run_binary(call).exit_code, 0);
  EXPECT_THAT(read_file(cache_.surroundings() + "/named.toml"), HasSubstr("tiny"));
}

TEST_F(Lock, ALockThatCannotBeWrittenIsSaidBeforeTheWork) {
  const BinaryAnswer answer = run_binary({.args = {"lock", "--cache-dir", cache_.path()},
                                          .folder = cache_.surroundings(),
                                          .as = As::nobody});
  if (running_as_root()) {
    EXPECT_EQ(answer.exit_code, 74) << answer.err;
  }
}

}  // namespace
}  // namespace hubward::test
