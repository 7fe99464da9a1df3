#include <hubward/repo_id.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hubward {
namespace {

using testing::HasSubstr;

std::string fault_of_id(std::string_view id) {
  const auto repo = RepoId::parse(RepoType::model, id);
  return repo ? "" : repo.error().what;
}

std::string fault_of_revision(std::string_view text) {
  const auto revision = Revision::parse(text);
  return revision ? "" : revision.error().what;
}

TEST(RepoId, OneOrTwoPartsOfLettersDigitsAndMarksAreAnId) {
  for (const char* id : {"gpt2", "a", "sentence-transformers/all-MiniLM-L6-v2", "a.b/c_d", "_a/b_",
                         "TheBloke/TinyLlama-1.1B-Chat-v1.0-GGUF", "0/1", "a.git/b", "a/b.gitx"})
    EXPECT_EQ(fault_of_id(id), "") << id;
}

TEST(RepoId, EachBrokenRuleIsNamed) {
  EXPECT_THAT(fault_of_id(""), HasSubstr("is empty"));
  EXPECT_THAT(fault_of_id("a/b/c"), HasSubstr("more than two parts"));
  EXPECT_THAT(fault_of_id("/b"), HasSubstr("empty part"));
  EXPECT_THAT(fault_of_id("a/"), HasSubstr("empty part"));
  EXPECT_THAT(fault_of_id("a b"), HasSubstr("may hold only"));
  EXPECT_THAT(fault_of_id("größe"), HasSubstr("may hold only"));
  EXPECT_THAT(fault_of_id("a\\b"), HasSubstr("may hold only"));
  for (const char* id : {"-a", "a-", ".a", "a.", "a/-b", "a-/b", "..", ".", "a/..", "../a"})
    EXPECT_THAT(fault_of_id(id), HasSubstr("starts or ends")) << id;
  EXPECT_THAT(fault_of_id("a--b"), HasSubstr("\"--\""));
  EXPECT_THAT(fault_of_id("a/b..c"), HasSubstr("\"..\""));
  EXPECT_THAT(fault_of_id("a/b.git"), HasSubstr(".git"));
  EXPECT_THAT(fault_of_id("b.git"), HasSubstr(".git"));
}

TEST(RepoId, APartMayHave96Characters) {
  const std::string longest(96, 'a');
  EXPECT_EQ(fault_of_id(longest + "/" + longest), "");
  EXPECT_THAT(fault_of_id(longest + "a"), HasSubstr("more than 96"));
  EXPECT_THAT(fault_of_id("a/" + longest + "a"), HasSubstr("more than 96"));
}

TEST(RepoId, AnUnseenCharacterIsShownEscaped) {
  EXPECT_THAT(fault_of_id("a\x1b[m"), HasSubstr("\\x1b"));
}

TEST(RepoId, SpellingsFollowTheType) {
  const auto squad = RepoId::parse(RepoType::dataset, "rajpurkar/squad");
  ASSERT_TRUE(squad);
  EXPECT_EQ(squad->qualified(), "datasets/rajpurkar/squad");
  EXPECT_EQ(squad->manifest_spelling(), "datasets/rajpurkar/squad");
  EXPECT_EQ(squad->name(), "squad");
  const auto gpt2 = RepoId::parse(RepoType::model, "gpt2");
  ASSERT_TRUE(gpt2);
  EXPECT_EQ(gpt2->qualified(), "models/gpt2");
  EXPECT_EQ(gpt2->manifest_spelling(), "gpt2");
  EXPECT_EQ(gpt2->name(), "gpt2");
}

TEST(RepoId, AModelWhoseOwnerIsCalledLikeATypeKeepsItsPrefixInManifests) {
  const auto model = RepoId::parse(RepoType::model, "datasets/squad");
  ASSERT_TRUE(model);
  EXPECT_EQ(model->manifest_spelling(), "models/datasets/squad");
}

TEST(CommitId, FortyLowercaseHexDigitsAndNothingElse) {
  EXPECT_TRUE(CommitId::parse(std::string(40, 'a')));
  EXPECT_FALSE(CommitId::parse(std::string(39, 'a')));
  EXPECT_FALSE(CommitId::parse(std::string(41, 'a')));
  EXPECT_FALSE(CommitId::parse(std::string(40, 'A')));
  EXPECT_FALSE(CommitId::parse(std::string(40, 'g')));
  EXPECT_FALSE(CommitId::parse(std::string(40, 'a') + "\n"));
}

TEST(Revision, GitsRefNamesAreRevisions) {
  for (const char* text :
       {"main", "refs/pr/1", "refs/convert/parquet", "v1.0", "a@b", "-x", "größe",
        "607a30d783dfa663caf39e06633721c8d4cfcd7e", "a.lockx", "a{b}", "@a"})
    EXPECT_EQ(fault_of_revision(text), "") << text;
}

TEST(Revision, WhatGitRefusesIsRefused) {
  for (const char* text :
       {"",     "a b",   "a\tb", "a~1", "a^", "a:b",  "a?", "a*", "a[b",  "a\\b",   "a\x7f",
        "a..b", "a@{1}", "@",    "a.",  ".a", "a/.b", "/a", "a/", "a//b", "a.lock", "a.lock/b"})
    EXPECT_THAT(fault_of_revision(text), HasSubstr("the revision")) << text;
}

TEST(Revision, ItMayHave255Bytes) {
  EXPECT_EQ(fault_of_revision(std::string(255, 'x')), "");
  EXPECT_THAT(fault_of_revision(std::string(256, 'x')), HasSubstr("more than 255"));
}

TEST(Revision, ACommitMustBeLowercase) {
  EXPECT_THAT(fault_of_revision("607A30d783dfa663caf39e06633721c8d4cfcd7e"),
              HasSubstr("lowercase"));
  EXPECT_EQ(fault_of_revision(std::string(39, 'A')), "");
  EXPECT_EQ(fault_of_revision(std::string(40, 'G')), "");
}

TEST(Revision, OnlyACommitHasACommit) {
  EXPECT_EQ(Revision::main().text(), "main");
  EXPECT_FALSE(Revision::main().commit());
  const auto pinned = Revision::parse(std::string(40, 'a'));
  ASSERT_TRUE(pinned);
  EXPECT_EQ(pinned->commit(), CommitId::parse(std::string(40, 'a')));
}

}  // namespace
}  // namespace hubward
