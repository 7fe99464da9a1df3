#include "runner/doctor/file_story.h"

#include "runner/doctor/nodes.h"
#include "tests/support/cache_builder.h"
#include "tests/support/files.h"
#include "verifier/cache/disk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/stat.h>

#include <filesystem>

namespace hubward::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class Story : public testing::Test {
 protected:
  FileStory of(const std::string& file, const LockFile* lock = nullptr) {
    const DoctorTarget target{*RepoId::parse(RepoType::model, "org/x"), Revision::main(), file};
    const Manifest manifest = manifest_of(target);
    VerifyRequest request;
    request.cache_path = cache_.path();
    request.manifest = &manifest;
    request.lock = lock;
    const auto disk = real_disk(cache_.path(), {});
    Observer observer;
    const auto made = verify_to_extent(request, {.only_path = file}, *disk, observer, nullptr);
    bytes_hashed_ = made->report.totals.bytes_hashed;
    return story_of(target, *made, nodes_of(cache_.path()));
  }

  static std::vector<std::string> steps(const FileStory& story) {
    std::vector<std::string> steps;
    for (const StoryStep& step : story.steps) {
      steps.push_back(std::string(step.what) + (step.is_good ? "" : "!"));
    }
    return steps;
  }

  static std::vector<FindingCode> codes(const FileStory& story) {
    std::vector<FindingCode> codes;
    for (const Finding& finding : story.findings) codes.push_back(finding.code);
    return codes;
  }

  CacheBuilder cache_;
  std::uint64_t bytes_hashed_ = 0;
};

TEST_F(Story, OnlyTheBytesOfThatFileAreRead) {
  cache_.repo("org/x").file("a.json", "{}").file("big.bin", std::string(100'000, 'x'));
  const FileStory story = of("a.json");
  EXPECT_EQ(bytes_hashed_, 2u);
  EXPECT_THAT(steps(story), ElementsAre("folder", "ref", "snapshot", "link", "blob"));
  EXPECT_EQ(story.expected, story.actual);
  EXPECT_EQ(story.expected_by, "name");
  EXPECT_EQ(story.exit_code, 0);
  EXPECT_THAT(story.findings, IsEmpty());
}

TEST_F(Story, WhatAnotherFileLacksIsAnotherStory) {
  RepoBuilder& repo = cache_.repo("org/x").file("a.json", "{}").file("b.json", "[]").listing();
  remove_tree(cache_ / repo.blob("b.json"));
  EXPECT_EQ(of("a.json").exit_code, 0);
  EXPECT_THAT(codes(of("b.json")), ElementsAre(FindingCode::pointer_dangling));
  EXPECT_EQ(of("b.json").exit_code, 1);
}

TEST_F(Story, ASharedPayloadIsAStepMore) {
  cache_.repo("org/x", {.layout = Layout::shared})
      .file("m.bin", "bytes", {.lfs = true, .xet_hash = std::string(64, 'e')});
  const FileStory story = of("m.bin");
  EXPECT_THAT(steps(story), ElementsAre("folder", "ref", "snapshot", "link", "blob", "payload"));
  EXPECT_EQ(story.exit_code, 0);
  EXPECT_THAT(story.writers.front().who, HasSubstr("1.32"));
}

TEST_F(Story, ACopyHasNoLinkAndItsListingTellsWhatItShouldBe) {
  cache_.repo("org/x", {.layout = Layout::copies}).file("a.json", "{}").listing();
  const FileStory story = of("a.json");
  EXPECT_THAT(steps(story), ElementsAre("folder", "ref", "snapshot", "file"));
  EXPECT_EQ(story.expected_by, "listing");
  EXPECT_EQ(story.expected, story.actual);
}

TEST_F(Story, ALinkThatBecameATextIsTold) {
  RepoBuilder& repo = cache_.repo("org/x").file("a.json", "{}");
  write_file(cache_ / repo.pointer("a.json"), "../../blobs/" + repo.blob_name("a.json"));
  const FileStory story = of("a.json");
  EXPECT_THAT(codes(story), ElementsAre(FindingCode::pointer_as_text));
  EXPECT_THAT(story.steps.back().text, HasSubstr("the text of a link"));
  EXPECT_EQ(story.exit_code, 2);
}

TEST_F(Story, OtherBytesHaveADamageAndACommand) {
  RepoBuilder& repo = cache_.repo("org/x").file("a.json", "{\"a\": 1}").listing();
  write_file(cache_ / repo.blob("a.json"), "{\"a\":");
  const FileStory story = of("a.json");
  ASSERT_THAT(codes(story), ElementsAre(FindingCode::blob_corrupt));
  EXPECT_EQ(story.findings.front().damage, Damage::truncated);
  EXPECT_EQ(story.size, 5u);
  EXPECT_EQ(story.expected_size, 8u);
  EXPECT_NE(story.expected, story.actual);
  EXPECT_EQ(story.command, "hubward fetch");
}

TEST_F(Story, TheWayEndsWhereItBreaks) {
  EXPECT_THAT(steps(of("a")), ElementsAre("folder!"));
  cache_.repo("org/x").ref("main", std::string(kCommit) + "\n");
  EXPECT_THAT(steps(of("a")), ElementsAre("folder", "ref!", "snapshot!"));
}

TEST_F(Story, ALockIsTheStrongestWord) {
  RepoBuilder& repo = cache_.repo("org/x").file("a.json", "{}");
  const std::string text =
      "version = 1\n[[repo]]\nid = \"org/x\"\ntype = \"model\"\nrevision = "
      "\"main\"\ncommit = \"" +
      std::string(kCommit) +
      "\"\n[[repo.file]]\npath = \"a.json\"\nsize = 2\noid = \"sha1:" + repo.blob_name("a.json") +
      "\"\n";
  const auto lock = parse_lock_file(text, "l");
  ASSERT_TRUE(lock.has_value());
  EXPECT_EQ(of("a.json", &*lock).expected_by, "lock");
  EXPECT_EQ(of("a.json", &*lock).exit_code, 0);
  EXPECT_THAT(codes(of("other.json", &*lock)), ElementsAre(FindingCode::file_missing));
}

TEST_F(Story, AFileThatNothingNamesIsNotSaidToBeAskedForAndNoFetchIsAdvised) {
  cache_.repo("org/x").file("a.json", "{}");
  const FileStory story = of("other.json");
  ASSERT_THAT(codes(story), ElementsAre(FindingCode::file_missing));
  EXPECT_EQ(story.findings.front().detail,
            "no listing of this commit tells whether there is such a file");
  EXPECT_EQ(story.command, "");
  EXPECT_EQ(story.exit_code, 1);
}

TEST_F(Story, AFileThatTheListingDoesNotHaveIsAMisspelledOne) {
  cache_.repo("org/x").file("a.json", "{}").listing();
  const FileStory story = of("other.json");
  ASSERT_THAT(codes(story), ElementsAre(FindingCode::file_missing));
  EXPECT_EQ(story.advice, "look at the name: this commit has no such file");
}

TEST_F(Story, NoClientIsSaidToHaveWrittenWhatNoneWrites) {
  RepoBuilder& repo = cache_.repo("org/x").file("a.json", "{}");
  const std::string path = cache_ / repo.pointer("a.json");
  std::filesystem::remove(path);
  std::filesystem::create_symlink("/etc/passwd", path);
  const FileStory story = of("a.json");
  ASSERT_THAT(codes(story), ElementsAre(FindingCode::pointer_escapes));
  EXPECT_THAT(story.writers, IsEmpty());
}

TEST_F(Story, WhoWroteItIsGuessedByWhatLiesAround) {
  RepoBuilder& repo = cache_.repo("org/x").file("a.json", "{}").listing();
  ::chmod((cache_ / (repo.folder() + "/trees/" + kCommit + ".json")).c_str(), 0600);
  write_file(cache_ / (".locks/" + repo.folder() + "/" + repo.blob_name("a.json") + ".lock"), "");
  const FileStory story = of("a.json");
  ASSERT_EQ(story.writers.size(), 2u);
  EXPECT_THAT(story.writers[0].who, HasSubstr("snapshot_download"));
  EXPECT_THAT(story.writers[1].who, HasSubstr("0.19"));
}

}  // namespace
}  // namespace hubward::test
