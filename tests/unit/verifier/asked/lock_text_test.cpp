#include "verifier/asked/lock_text.h"

#include "tests/support/source_dir.h"
#include "tests/support/text_fixtures.h"
#include "verifier/asked/lock_changes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace hubward {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr char kCommit[] = "86b5e0934494bd15c9632b12f734a8a67f723594";
constexpr char kOther[] = "1111111111111111111111111111111111111111";

Digest sha1(char digit) { return *Digest::from_hex(std::string(40, digit)); }
Digest sha256(char digit) { return *Digest::from_hex(std::string(64, digit)); }

LockedRepo repo(const std::string& id, const char* commit = kCommit,
                RepoType type = RepoType::model) {
  return {.repo = *RepoId::parse(type, id),
          .revision = Revision::main(),
          .commit = *CommitId::parse(commit)};
}

LockedFile file(const std::string& path, char digit = 'a', std::uint64_t size = 1) {
  return {.path = path, .size = size, .oid = sha1(digit)};
}

LockFile read_back(const std::string& text) {
  auto lock = parse_lock_file(text, "lock");
  EXPECT_TRUE(lock) << lock.error().what;
  return lock ? *lock : LockFile();
}

TEST(LockText, IsTheTextOfTheContract) {
  LockedRepo bert = repo("bert-base-uncased");
  bert.absent = {"chat_template.jinja", "added_tokens.json"};
  bert.files = {
      file("tokenizer.json", 'b', 466062),
      {.path = "model.safetensors", .size = 9, .oid = sha256('c'), .sha256 = sha256('c')}};
  const std::string text = render_lock_file({.repos = {bert}});
  EXPECT_EQ(text,
            "version = 1\n"
            "\n"
            "[[repo]]\n"
            "id = \"bert-base-uncased\"\n"
            "type = \"model\"\n"
            "revision = \"main\"\n"
            "commit = \"86b5e0934494bd15c9632b12f734a8a67f723594\"\n"
            "absent = [\"added_tokens.json\", \"chat_template.jinja\"]\n"
            "\n"
            "  [[repo.file]]\n"
            "  path = \"model.safetensors\"\n"
            "  size = 9\n"
            "  oid = \"sha256:" +
                std::string(64, 'c') + "\"\n  sha256 = \"" + std::string(64, 'c') +
                "\"\n"
                "\n"
                "  [[repo.file]]\n"
                "  path = \"tokenizer.json\"\n"
                "  size = 466062\n"
                "  oid = \"sha1:" +
                std::string(40, 'b') + "\"\n");
}

TEST(LockText, TheSameContentGivesTheSameBytesInWhateverOrderItCame) {
  LockedRepo squad = repo("squad", kCommit, RepoType::dataset);
  LockedRepo model = repo("squad");
  model.files = {file("b"), file("a/b"), file("a.b"), file("B")};
  LockedRepo pinned = repo("squad");
  pinned.revision = *Revision::parse("refs/pr/1");
  LockedRepo upper = repo("Squad");
  LockFile lock{.repos = {pinned, model, upper, squad}};
  const std::string text = render_lock_file(lock);
  std::ranges::reverse(lock.repos);
  for (LockedRepo& entry : lock.repos) std::ranges::reverse(entry.files);
  EXPECT_EQ(render_lock_file(lock), text);

  const LockFile read = read_back(text);
  ASSERT_THAT(read.repos, SizeIs(4));
  EXPECT_EQ(read.repos[0].repo.id(), "Squad") << "bytewise: capitals first";
  EXPECT_EQ(read.repos[1].repo.type(), RepoType::dataset) << "dataset before model";
  EXPECT_EQ(read.repos[3].revision.text(), "refs/pr/1");
  std::vector<std::string> paths;
  for (const LockedFile& locked : read.repos[2].files) paths.push_back(locked.path);
  EXPECT_THAT(paths, ElementsAre("B", "a.b", "a/b", "b"));
}

TEST(LockText, WhatIsReadBackIsWhatWasWritten) {
  for (const std::string path :
       {"größe \"1\".bin", "a b#c='d'", "weights/é\xF0\x9F\x98\x80.json", "[x]"}) {
    LockedRepo odd = repo("org/odd");
    odd.files = {file(path, 'a', 0)};
    odd.absent = {"not \"here\""};
    const LockFile read = read_back(render_lock_file({.repos = {odd}}));
    ASSERT_THAT(read.repos, SizeIs(1)) << path;
    ASSERT_THAT(read.repos[0].files, SizeIs(1));
    EXPECT_EQ(read.repos[0].files[0].path, path);
    EXPECT_THAT(read.repos[0].absent, ElementsAre("not \"here\""));
  }
}

TEST(LockText, EveryGoodLockComesBackTheSameAndIsThenStable) {
  const std::string folder = test::source_dir() + "/fixtures/locks/good/";
  for (const char* name : {"every-key.toml", "empty.toml"}) {
    const std::string once = render_lock_file(read_back(test::read_text(folder + name)));
    EXPECT_EQ(render_lock_file(read_back(once)), once) << name;
    EXPECT_THAT(changes_between(read_back(test::read_text(folder + name)), read_back(once)),
                IsEmpty());
  }
}

TEST(LockText, SaysWhichPathsNoLockCanHold) {
  EXPECT_FALSE(fault_of_locked_path("a/größe.json"));
  EXPECT_EQ(fault_of_locked_path("a\xFF"), "is not UTF-8");
  for (const char* path : {"a\\b", "/a", "a//b", "a/../b", "a\nb", "a\x7F", ""}) {
    EXPECT_TRUE(fault_of_locked_path(path)) << path;
  }
}

std::vector<std::string> told(const std::vector<LockChange>& changes) {
  std::vector<std::string> lines;
  for (const LockChange& change : changes) {
    lines.push_back(std::string(to_string(change.kind)) + " " + change.repo.id() +
                    (change.path.empty() ? "" : " " + change.path));
  }
  return lines;
}

TEST(LockChanges, NameEachEntryAndFileThatDiffers) {
  LockedRepo before = repo("b");
  before.files = {file("gone"), file("kept"), file("other bytes"), file("other size")};
  LockedRepo after = repo("b", kOther);
  after.files = {file("kept"), file("new"), file("other bytes", 'b'), file("other size", 'a', 2)};
  const auto changes =
      changes_between({.repos = {before, repo("c")}}, {.repos = {after, repo("a")}});
  EXPECT_THAT(told(changes), ElementsAre("repo-added a", "commit-moved b", "file-removed b gone",
                                         "file-added b new", "file-changed b other bytes",
                                         "file-changed b other size", "repo-removed c"));
  EXPECT_EQ(changes[1].before.commit->hex(), kCommit);
  EXPECT_EQ(changes[1].after.commit->hex(), kOther);
  EXPECT_EQ(changes[5].after.size, 2u);
}

TEST(LockChanges, AbsentPathsAndSecondDigestsPinNothing) {
  LockedRepo before = repo("b");
  before.files = {file("a")};
  LockedRepo after = before;
  after.absent = {"x"};
  after.files[0].sha256 = sha256('d');
  EXPECT_THAT(changes_between({.repos = {before}}, {.repos = {after}}), IsEmpty());
}

}  // namespace
}  // namespace hubward
