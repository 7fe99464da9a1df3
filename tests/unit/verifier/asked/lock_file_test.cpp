#include "tests/support/source_dir.h"
#include "tests/support/text_fixtures.h"
#include <hubward/lock_file.h>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

namespace hubward {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr char kCommit[] = "86b5e0934494bd15c9632b12f734a8a67f723594";

LockFile fixture(const std::string& name) {
  auto lock =
      parse_lock_file(test::read_text(test::source_dir() + "/fixtures/locks/good/" + name), name);
  EXPECT_TRUE(lock) << lock.error().what;
  return lock ? *lock : LockFile();
}

RepoId repo(RepoType type, const char* id) { return *RepoId::parse(type, id); }

TEST(LockFile, EveryKeyIsReadAndFilesAreSorted) {
  const LockFile lock = fixture("every-key.toml");
  EXPECT_EQ(lock.path, "every-key.toml");
  ASSERT_THAT(lock.repos, SizeIs(3));
  const LockedRepo& bert = lock.repos[0];
  EXPECT_EQ(bert.repo, repo(RepoType::model, "bert-base-uncased"));
  EXPECT_EQ(bert.revision, Revision::main());
  EXPECT_EQ(bert.commit.hex(), kCommit);
  EXPECT_THAT(bert.absent, ElementsAre("added_tokens.json", "chat_template.jinja"));
  ASSERT_THAT(bert.files, SizeIs(3));
  EXPECT_EQ(bert.files[0].path, "config.json");
  EXPECT_EQ(bert.files[0].size, 0u);
  EXPECT_EQ(bert.files[0].oid.tagged(), "sha1:b45ef6fec89518d314f546fd6c3025367b721684");
  ASSERT_TRUE(bert.files[0].sha256);
  EXPECT_EQ(bert.files[0].sha256->hex(), std::string(64, 'a'));
  EXPECT_EQ(bert.files[1].path, "sub/größe 1.safetensors");
  EXPECT_EQ(bert.files[1].size, std::uint64_t{std::numeric_limits<std::int64_t>::max()});
  EXPECT_EQ(bert.files[1].sha256, bert.files[1].oid);
  EXPECT_EQ(bert.files[2].path, "tokenizer.json");
  EXPECT_FALSE(bert.files[2].sha256);
}

TEST(LockFile, EveryRepoAndFileKnowsItsLine) {
  const LockFile lock = fixture("every-key.toml");
  ASSERT_THAT(lock.repos, SizeIs(3));
  EXPECT_EQ(lock.repos[0].line, 3);
  ASSERT_THAT(lock.repos[0].files, SizeIs(3));
  EXPECT_EQ(lock.repos[0].files[0].line, 21) << "sorted by path, not by line";
  EXPECT_EQ(lock.repos[0].files[1].line, 15);
  EXPECT_EQ(lock.repos[0].files[2].line, 10);
  EXPECT_EQ(lock.repos[1].line, 27);
  EXPECT_EQ(lock.repos[2].line, 33);
}

TEST(LockFile, ALockOfNothingIsALock) { EXPECT_THAT(fixture("empty.toml").repos, IsEmpty()); }

TEST(LockFile, ARepoIsFoundByTypeIdAndRevision) {
  const LockFile lock = fixture("every-key.toml");
  EXPECT_EQ(lock.find(repo(RepoType::model, "bert-base-uncased"), Revision::main()),
            &lock.repos[0]);
  EXPECT_EQ(lock.find(repo(RepoType::dataset, "rajpurkar/squad"), *Revision::parse(kCommit)),
            &lock.repos[1]);
  EXPECT_EQ(lock.find(repo(RepoType::model, "bert-base-uncased"), *Revision::parse("refs/pr/1")),
            &lock.repos[2]);
  EXPECT_EQ(lock.find(repo(RepoType::model, "rajpurkar/squad"), *Revision::parse(kCommit)),
            nullptr);
  EXPECT_EQ(lock.find(repo(RepoType::model, "bert-base-uncased"), *Revision::parse("v1")), nullptr);
}

TEST(LockFile, EveryBadFixtureHasItsErrors) {
  const auto fixtures = test::text_fixtures("locks/bad");
  ASSERT_GE(fixtures.size(), 10u);
  for (const auto& fixture : fixtures) {
    const auto lock = parse_lock_file(fixture.text, fixture.name);
    ASSERT_FALSE(lock) << fixture.name;
    EXPECT_EQ(lock.error().kind, ErrorKind::bad_input);
    EXPECT_EQ(lock.error().where, "");
    EXPECT_EQ(lock.error().what, fixture.expected) << fixture.name;
  }
}

TEST(LockFile, SixtyFourMebibytesAreTheMost) {
  std::string text = "version = 1\n#";
  text.resize(kMaxLockBytes, 'x');
  EXPECT_TRUE(parse_lock_file(text, "l.toml"));
  text += 'x';
  const auto beyond = parse_lock_file(text, "l.toml");
  ASSERT_FALSE(beyond);
  EXPECT_EQ(beyond.error().what,
            "l.toml:1:1: error: the lock has 67108865 bytes, the most is 67108864");
}

TEST(LockFile, ThousandsOfFilesAreReadInReasonableTime) {
  std::string text = fmt::format(
      "version = 1\n[[repo]]\nid = \"a\"\ntype = \"model\"\nrevision = \"main\"\ncommit = \"{}\"\n",
      kCommit);
  for (int i = 0; i < 20'000; ++i)
    text +=
        fmt::format("[[repo.file]]\npath = \"f{}\"\nsize = {}\noid = \"sha1:{}\"\n", i, i, kCommit);
  const auto lock = parse_lock_file(text, "l.toml");
  ASSERT_TRUE(lock) << lock.error().what;
  EXPECT_THAT(lock->repos.at(0).files, SizeIs(20'000));
}

}  // namespace
}  // namespace hubward
