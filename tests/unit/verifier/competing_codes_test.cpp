// One cause, one finding: where two codes fit, the first of the contract's order is said and no
// other. Each test makes two neighbours of that order true of one path.

#include "tests/support/cache_builder.h"
#include "tests/support/contents.h"
#include "tests/support/digests.h"
#include "tests/support/faulty_disk.h"
#include "tests/support/files.h"
#include "tests/support/verify_cache.h"
#include <hubward/lock_file.h>
#include <hubward/verify.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/stat.h>

#include <cerrno>
#include <string>
#include <vector>

namespace hubward::test {
namespace {

using testing::UnorderedElementsAre;
using Lines = std::vector<std::string>;

constexpr char kForeign[] = "0123456789abcdef0123456789abcdef-2";

Lines said(const Report& report) {
  Lines lines;
  for (const Finding& finding : report.findings) {
    lines.push_back(std::string(to_string(finding.code)) + " " + finding.path);
  }
  return lines;
}

class CompetingCodes : public testing::Test {
 protected:
  CompetingCodes() {
    repo_.file("config.json", R"({"model_type": "gpt2"})")
        .file("tokenizer.json", "{}")
        .file("model.safetensors", weights_, {.lfs = true});
  }

  std::string at(const std::string& path) const { return repo_.pointer(path); }
  void link(const std::string& path, const std::string& text) const {
    make_link(text, cache_ / at(path));
  }
  /// Another name for the blob of `path`, with other bytes under it.
  std::string renamed(const std::string& path, const std::string& name,
                      const std::string& bytes) const {
    remove_tree(cache_ / repo_.blob(path));
    const std::string blob = repo_.folder() + "/blobs/" + name;
    write_file(cache_ / blob, bytes);
    link(path, "../../blobs/" + name);
    return blob;
  }
  Lines verified(const VerifyRequest& request = {}) const {
    return said(verify_manifest(cache_, "gpt2\n", request));
  }

  CacheBuilder cache_;
  RepoBuilder& repo_ = cache_.repo("gpt2");
  std::string weights_ = safetensors(6000);
};

TEST_F(CompetingCodes, AHostileNameIsSaidWhateverKindOfFileBearsIt) {
  ASSERT_EQ(::mkfifo((cache_ / at("a\nb")).c_str(), 0600), 0);
  EXPECT_THAT(verified(), UnorderedElementsAre("name-hostile " + at("a\nb")));
}

TEST_F(CompetingCodes, AFifoForBlobsIsNoRegularFileAndHidesThePointers) {
  const std::string blobs = repo_.folder() + "/blobs";
  remove_tree(cache_ / blobs);
  ASSERT_EQ(::mkfifo((cache_ / blobs).c_str(), 0600), 0);
  EXPECT_THAT(verified(), UnorderedElementsAre("not-a-regular-file " + blobs));
}

TEST_F(CompetingCodes, ADirectoryLinkOutIsSaidAndNoEscapeOfWhatLiesBehindIt) {
  const std::string blobs = repo_.folder() + "/blobs";
  remove_tree(cache_ / blobs);
  make_link("/nowhere", cache_ / blobs);
  EXPECT_THAT(verified(), UnorderedElementsAre("directory-link " + blobs));
}

TEST_F(CompetingCodes, AnEscapeIsSaidOfAWrongDepthAndWhetherItsTargetExistsOrNot) {
  for (const char* text : {"../../../../../nowhere", "../../../../../../../../../../etc/passwd"}) {
    link("config.json", text);
    EXPECT_THAT(verified(), UnorderedElementsAre("pointer-escapes " + at("config.json"))) << text;
  }
}

TEST_F(CompetingCodes, AMarkerThatLeadsOutIsAnEscapeAndNoConflict) {
  const std::string marker = repo_.folder() + "/.no_exist/" + kCommit + "/config.json";
  make_link("/etc/hostname", cache_ / marker);
  EXPECT_THAT(verified(), UnorderedElementsAre("pointer-escapes " + marker));
}

TEST_F(CompetingCodes, AMovedCacheIsMisdirectedAndNoEscape) {
  link("config.json", "/elsewhere/models--gpt2/blobs/" + repo_.blob_name("config.json"));
  EXPECT_THAT(verified(), UnorderedElementsAre("pointer-misdirected " + at("config.json")));
}

TEST_F(CompetingCodes, ALoopIsSaidAndNotThatItIsMisdirected) {
  link("config.json", "tokenizer.json");
  link("tokenizer.json", "config.json");
  EXPECT_THAT(verified(), UnorderedElementsAre("pointer-loop " + at("config.json"),
                                               "pointer-loop " + at("tokenizer.json")));
}

TEST_F(CompetingCodes, AWrongDepthIsMisdirectedAndNotDangling) {
  link("config.json", "../../../blobs/" + std::string(40, 'e'));
  EXPECT_THAT(verified(), UnorderedElementsAre("pointer-misdirected " + at("config.json")));
}

TEST_F(CompetingCodes, ALinkAsTextIsSaidAndNeitherDanglingNorMalformed) {
  write_file(cache_ / at("config.json"), "../../blobs/" + std::string(40, 'e'));
  EXPECT_THAT(verified(), UnorderedElementsAre("pointer-as-text " + at("config.json")));
}

TEST_F(CompetingCodes, ALinkToNothingAmongClosedBlobsIsHiddenAndNotDangling) {
  link("config.json", "../../blobs/" + std::string(40, 'e'));
  const std::string blobs = repo_.folder() + "/blobs";
  const auto real = real_disk(cache_.path(), {});
  const FaultyDisk disk(*real, {{.call = DiskCall::open_folder,
                                 .path = blobs,
                                 .effect = DiskEffect::fails,
                                 .times = 0,
                                 .sys_errno = EACCES}});
  EXPECT_THAT(said(verify_manifest_on(disk, cache_, "gpt2\n")),
              UnorderedElementsAre("unreadable " + blobs));
}

TEST_F(CompetingCodes, AnUnreadableBlobIsNotCorruptToo) {
  const std::string blob = repo_.blob("config.json");
  write_file(cache_ / blob, "bad");
  const auto real = real_disk(cache_.path(), {});
  const FaultyDisk disk(
      *real,
      {{.call = DiskCall::read, .path = blob, .effect = DiskEffect::fails, .from = 1, .times = 0}});
  EXPECT_THAT(said(verify_manifest_on(disk, cache_, "gpt2\n")),
              UnorderedElementsAre("unreadable " + blob));
}

TEST_F(CompetingCodes, AnUnsteadyBlobIsNotCorruptToo) {
  const std::string blob = repo_.blob("config.json");
  write_file(cache_ / blob, "bad");
  const auto real = real_disk(cache_.path(), {});
  const FaultyDisk disk(*real, {{.call = DiskCall::identity,
                                 .path = blob,
                                 .effect = DiskEffect::other_identity,
                                 .from = 1,
                                 .times = 0}});
  EXPECT_THAT(said(verify_manifest_on(disk, cache_, "gpt2\n")),
              UnorderedElementsAre("unsteady " + blob));
}

TEST_F(CompetingCodes, ACorruptBlobAtTheWrongPathIsCorruptAlone) {
  repo_.listing();
  link("config.json", "../../blobs/" + repo_.blob_name("tokenizer.json"));
  write_file(cache_ / repo_.blob("tokenizer.json"), "bad");
  EXPECT_THAT(verified(), UnorderedElementsAre("blob-corrupt " + repo_.blob("tokenizer.json")));
}

TEST_F(CompetingCodes, OtherContentOfAnotherSizeIsAMismatchOfItsOid) {
  repo_.listing();
  link("config.json", "../../blobs/" + repo_.blob_name("tokenizer.json"));
  EXPECT_THAT(verified(), UnorderedElementsAre("oid-mismatch " + at("config.json")));
  EXPECT_THAT(verified({.level = Level::size}),
              UnorderedElementsAre("size-mismatch " + at("config.json")));
}

TEST_F(CompetingCodes, MalformedBytesThatTheListingContradictsAreAMismatch) {
  repo_.listing();
  renamed("model.safetensors", kForeign, weights_.substr(0, 3000));
  EXPECT_THAT(verified(), UnorderedElementsAre("oid-mismatch " + at("model.safetensors")));
}

TEST_F(CompetingCodes, MalformedBytesUnderTheirMd5AreMalformed) {
  const std::string cut = weights_.substr(0, 3000);
  const std::string blob = renamed("model.safetensors", md5_hex(cut), cut);
  EXPECT_THAT(verified(), UnorderedElementsAre("content-malformed " + blob));
}

TEST_F(CompetingCodes, MalformedBytesUnderTheirPointersIdAreMalformed) {
  const std::string cut = weights_.substr(0, 3000);
  const std::string blob = renamed("model.safetensors", lfs_pointer_git_id(cut), cut);
  EXPECT_THAT(verified(), UnorderedElementsAre("content-malformed " + blob));
}

TEST_F(CompetingCodes, MalformedBytesUnderAListedXetHashAreMalformed) {
  const std::string xet(64, 'c');
  repo_
      .file("other.safetensors", safetensors(100), {.lfs = true, .on_disk = false, .xet_hash = xet})
      .listing();
  const std::string blob = repo_.folder() + "/blobs/" + xet;
  write_file(cache_ / blob, weights_.substr(0, 3000));
  link("unlisted.safetensors", "../../blobs/" + xet);
  EXPECT_THAT(said(verify_all(cache_)), UnorderedElementsAre("content-malformed " + blob));
}

TEST_F(CompetingCodes, SoundBytesUnderTheirMd5AreMisnamedAndNotUnverifiable) {
  const std::string blob = renamed("model.safetensors", md5_hex(weights_), weights_);
  EXPECT_THAT(verified(), UnorderedElementsAre("blob-misnamed " + blob));
}

TEST_F(CompetingCodes, SoundBytesUnderAForeignNameAreUnverifiable) {
  const std::string blob = renamed("model.safetensors", kForeign, weights_);
  EXPECT_THAT(verified(), UnorderedElementsAre("unverifiable " + blob));
}

TEST_F(CompetingCodes, AnAbsoluteLinkIsSaidBesideTheDamageOfItsBlob) {
  const std::string blob = repo_.blob("config.json");
  write_file(cache_ / blob, "bad");
  link("config.json", cache_ / blob);
  EXPECT_THAT(verified(), UnorderedElementsAre("blob-corrupt " + blob,
                                               "pointer-absolute " + at("config.json")));
}

TEST_F(CompetingCodes, ARequiredFileThatIsUnusableIsNotMissingToo) {
  repo_.listing();
  link("config.json", "config.json");
  remove_tree(cache_ / repo_.blob("tokenizer.json"));
  EXPECT_THAT(verified(), UnorderedElementsAre("pointer-loop " + at("config.json"),
                                               "pointer-dangling " + at("tokenizer.json")));
}

TEST_F(CompetingCodes, WhatAnUnreadableFolderHidesIsNotMissing) {
  repo_.file("1_Pooling/config.json", "{}").listing();
  const auto real = real_disk(cache_.path(), {});
  const FaultyDisk disk(*real, {{.call = DiskCall::list,
                                 .path = at("1_Pooling"),
                                 .effect = DiskEffect::fails,
                                 .from = 1,
                                 .times = 0}});
  EXPECT_THAT(said(verify_manifest_on(disk, cache_, "gpt2\n")),
              UnorderedElementsAre("unreadable " + at("1_Pooling")));
}

TEST_F(CompetingCodes, AShardThatTheIndexNamesIsAMissingShardAlone) {
  remove_tree(cache_ / at("model.safetensors"));
  repo_.file("model-00001-of-00002.safetensors", weights_, {.lfs = true})
      .file("model-00002-of-00002.safetensors", safetensors(40), {.lfs = true, .on_disk = false})
      .file("model.safetensors.index.json",
            R"({"weight_map": {"a": "model-00001-of-00002.safetensors",)"
            R"( "b": "model-00002-of-00002.safetensors"}})");
  const std::string expected = "shard-missing " + at("model-00002-of-00002.safetensors");
  EXPECT_THAT(verified(), UnorderedElementsAre(expected));
  remove_tree(cache_ / (repo_.folder() + "/trees"));
  repo_.listing();
  EXPECT_THAT(verified(), testing::Contains(expected));
  EXPECT_THAT(verified(),
              testing::Each(testing::Not(testing::StartsWith("file-missing " + at("model-0000")))));
}

TEST_F(CompetingCodes, OneBadBlobIsOneFindingForAllItsPointersAndRevisions) {
  repo_.ref("v1", kOtherCommit);
  repo_.commit(kOtherCommit);
  repo_.file("config.json", R"({"model_type": "gpt2"})")
      .file("tokenizer.json", "{}")
      .file("model.safetensors", weights_, {.lfs = true});
  const std::string blob = repo_.blob("config.json");
  write_file(cache_ / blob, "bad");
  const Report report = verify_manifest(cache_, "gpt2\ngpt2@v1\n");
  ASSERT_THAT(said(report), UnorderedElementsAre("blob-corrupt " + blob));
  EXPECT_EQ(report.findings[0].affects.size(), 2u);
}

TEST_F(CompetingCodes, OneBadSharedPayloadIsOneFindingForAllRepos) {
  RepoBuilder& first = cache_.repo("org/first", {.layout = Layout::shared});
  RepoBuilder& second = cache_.repo("org/second", {.layout = Layout::shared});
  for (RepoBuilder* repo : {&first, &second}) {
    repo->file("tokenizer.json", "{}").file("model.safetensors", weights_, {.lfs = true});
  }
  ASSERT_EQ(first.payload("model.safetensors"), second.payload("model.safetensors"));
  const std::string payload = first.payload("model.safetensors");
  remove_tree(cache_ / payload);
  write_file(cache_ / payload, "bad");
  const Report report = verify_manifest(cache_, "org/first\norg/second\n");
  ASSERT_THAT(said(report), UnorderedElementsAre("blob-corrupt " + payload));
  EXPECT_THAT(report.findings[0].affects,
              UnorderedElementsAre(first.pointer("model.safetensors"),
                                   second.pointer("model.safetensors")));
}

TEST_F(CompetingCodes, AWrongDepthIsMisdirectedThoughItLeadsToABlob) {
  RepoBuilder& other = cache_.repo("org/other");
  other.file("config.json", "{}");
  link("config.json", "../../../" + other.blob("config.json"));
  EXPECT_THAT(verified(), UnorderedElementsAre("pointer-misdirected " + at("config.json")));
}

/// What an entry's own ref and snapshot come to; each ends the entry but for white space and drift.
class CompetingCodesOfAnEntry : public CompetingCodes {
 protected:
  void set_ref(const std::string& text) const { write_file(cache_ / ref_, text); }

  std::string ref_ = "models--gpt2/refs/main";
};

TEST_F(CompetingCodesOfAnEntry, WithoutItsFolderNothingElseIsMissing) {
  remove_tree(cache_ / repo_.folder());
  EXPECT_THAT(verified(), UnorderedElementsAre("repo-missing models--gpt2"));
  write_file(cache_ / repo_.folder(), "");
  EXPECT_THAT(verified(), UnorderedElementsAre("repo-missing models--gpt2"));
  EXPECT_THAT(verified({.scope = Scope::all}),
              UnorderedElementsAre("repo-missing models--gpt2", "unexpected-entry models--gpt2"));
}

TEST_F(CompetingCodesOfAnEntry, WithoutItsRefItsSnapshotIsNotLookedAt) {
  remove_tree(cache_ / ref_);
  write_file(cache_ / repo_.blob("config.json"), "bad");
  EXPECT_THAT(verified(), UnorderedElementsAre("ref-missing " + ref_));
}

TEST_F(CompetingCodesOfAnEntry, AMalformedRefWithWhiteSpaceIsMalformedAlone) {
  write_file(cache_ / repo_.blob("config.json"), "bad");
  for (const char* text : {"main\n", "\n", " abc "}) {
    set_ref(text);
    EXPECT_THAT(verified(), UnorderedElementsAre("ref-malformed " + ref_)) << text;
  }
}

TEST_F(CompetingCodesOfAnEntry, WhiteSpaceLetsTheSnapshotBeJudged) {
  set_ref(std::string(kCommit) + "\n");
  const std::string blob = repo_.blob("config.json");
  write_file(cache_ / blob, "bad");
  EXPECT_THAT(verified(), UnorderedElementsAre("ref-whitespace " + ref_, "blob-corrupt " + blob));
}

TEST_F(CompetingCodesOfAnEntry, ADanglingRefEndsTheEntry) {
  set_ref(kOtherCommit);
  write_file(cache_ / repo_.blob("config.json"), "bad");
  EXPECT_THAT(verified(), UnorderedElementsAre("ref-dangling " + ref_));
}

TEST_F(CompetingCodesOfAnEntry, WhiteSpaceIsSaidBesideASnapshotThatIsNotThere) {
  set_ref(std::string(kOtherCommit) + "\n");
  EXPECT_THAT(verified(), UnorderedElementsAre("ref-whitespace " + ref_, "ref-dangling " + ref_));
  make_folder(cache_ / (repo_.folder() + "/snapshots/" + kOtherCommit));
  EXPECT_THAT(verified(), UnorderedElementsAre("ref-whitespace " + ref_,
                                               "snapshot-empty models--gpt2/snapshots/" +
                                                   std::string(kOtherCommit)));
}

TEST_F(CompetingCodesOfAnEntry, ADanglingRefIsSaidAndTheSameSnapshotNotCalledEmptyOrLacking) {
  repo_.listing();
  remove_tree(cache_ / repo_.snapshot());
  EXPECT_THAT(verified(), UnorderedElementsAre("ref-dangling " + ref_));
}

TEST_F(CompetingCodesOfAnEntry, AnEmptySnapshotLacksNoFileToo) {
  repo_.listing();
  remove_tree(cache_ / repo_.snapshot());
  make_folder(cache_ / repo_.snapshot());
  EXPECT_THAT(verified(), UnorderedElementsAre("snapshot-empty " + repo_.snapshot()));
}

TEST_F(CompetingCodesOfAnEntry, WhiteSpaceAroundADriftedRefIsSaidAndTheLockedSnapshotJudged) {
  std::string text = "version = 1\n[[repo]]\nid = \"gpt2\"\ntype = \"model\"\n";
  text += "revision = \"main\"\ncommit = \"" + std::string(kCommit) + "\"\n";
  for (const char* path : {"config.json", "tokenizer.json"}) {
    const std::string bytes = read_file(cache_ / at(path));
    text += "[[repo.file]]\npath = \"" + std::string(path) + "\"\n";
    text += "size = " + std::to_string(bytes.size()) + "\noid = \"sha1:" + git_id(bytes) + "\"\n";
  }
  text += "[[repo.file]]\npath = \"model.safetensors\"\nsize = " + std::to_string(weights_.size()) +
          "\noid = \"sha256:" + sha256_hex(weights_) + "\"\n";
  const auto lock = parse_lock_file(text, "lock");
  ASSERT_TRUE(lock) << lock.error().what;
  const std::string blob = repo_.blob("config.json");
  write_file(cache_ / blob, "bad");
  set_ref(kOtherCommit);
  EXPECT_THAT(verified({.lock = &*lock}),
              UnorderedElementsAre("ref-drift " + ref_, "blob-corrupt " + blob));
  set_ref(std::string(kOtherCommit) + "\n");
  EXPECT_THAT(verified({.lock = &*lock}),
              UnorderedElementsAre("ref-whitespace " + ref_, "blob-corrupt " + blob));
}

}  // namespace
}  // namespace hubward::test
