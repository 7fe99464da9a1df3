// What would be done to a cache, and above all what would not: near misses of each kind of mending.
#include "runner/mend/repair_plan.h"

#include "runner/mend/repair_scene.h"
#include "tests/support/cache_builder.h"
#include "tests/support/contents.h"
#include "tests/support/files.h"
#include "tests/support/lock_of_cache.h"
#include <hubward/lock_file.h>
#include <hubward/manifest.h>
#include <hubward/verify.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hubward {
namespace {

using test::CacheBuilder;
using test::kCommit;
using test::kOtherCommit;
using test::make_link;
using test::read_file;
using test::remove_tree;
using test::RepoBuilder;
using test::write_file;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class RepairPlan : public testing::Test {
 protected:
  RepairPlan() {
    tiny_ = &cache_.repo("tiny");
    tiny_->file("config.json", "{}").file("a/tokenizer.json", "{\"version\": \"1.0\"}");
  }

  /// "DEED PATH", and what a place would become.
  std::vector<std::string> plan(const std::string& manifest = "tiny\n") const {
    const auto parsed = parse_manifest(manifest, "m.txt");
    VerifyRequest request;
    request.cache_path = cache_.path();
    request.manifest = &*parsed;
    if (lock_) request.lock = &*lock_;
    const auto disk = real_disk(cache_.path(), {});
    Observer observer;
    const auto report = verify(request, *disk, observer, nullptr);
    const auto scene = look_at_scene(request, *disk);
    RepairView view{.report = *report,
                    .cache = (*scene)->cache,
                    .pairing = (*scene)->pairing,
                    .listings = (*scene)->listings,
                    .bad = plan_quarantine(*report, *disk, FindingClass::corrupt),
                    .links = links_};
    std::vector<std::string> lines;
    for (const RepairStep& step : plan_repair(view)) {
      const std::string head = tiny_->folder() + "/";
      std::string path = step.path.substr(step.path.find(head) == 0 ? head.size() : 0);
      const std::string became = step.commit         ? " " + step.commit->hex().substr(0, 4)
                                 : step.text.empty() ? ""
                                                     : " " + step.text;
      lines.push_back(std::string(to_string(step.deed)) + " " + path + became);
    }
    return lines;
  }

  void lock() { lock_ = *parse_lock_file(test::lock_of_cache(cache_.path()), "l.toml"); }
  std::string in_snapshot(const std::string& path) const { return cache_ / tiny_->pointer(path); }
  std::string blob(const std::string& path) const { return tiny_->blob_name(path); }
  void write_ref(const std::string& name, const std::string& text) const {
    write_file(cache_ / (tiny_->folder() + "/refs/" + name), text);
  }

  const std::string snapshot_ = std::string("snapshots/") + kCommit;
  CacheBuilder cache_;
  RepoBuilder* tiny_ = nullptr;
  std::optional<LockFile> lock_;
  LinkPolicy links_ = LinkPolicy::where_due;
};

TEST_F(RepairPlan, ASoundCacheNeedsNothing) { EXPECT_THAT(plan(), IsEmpty()); }

TEST_F(RepairPlan, ALinkStoredAsTextBecomesTheLink) {
  write_file(in_snapshot("a/tokenizer.json"),
             "..\\..\\..\\blobs\\" + blob("a/tokenizer.json") + "\r\n");
  EXPECT_THAT(plan(), ElementsAre("link " + snapshot_ + "/a/tokenizer.json ../../../blobs/" +
                                  blob("a/tokenizer.json")));
  links_ = LinkPolicy::none;
  EXPECT_THAT(plan(), ElementsAre("quarantine " + snapshot_ + "/a/tokenizer.json"));
}

TEST_F(RepairPlan, ALinkToABlobThatIsNotThereOrNamesNoDigestIsSetAside) {
  for (const std::string& name : {std::string(40, '0'), std::string("weak-etag")}) {
    write_file(in_snapshot("config.json"), "../../blobs/" + name);
    if (name == "weak-etag") write_file(cache_ / (tiny_->folder() + "/blobs/" + name), "{}");
    EXPECT_THAT(plan(), ElementsAre("quarantine " + snapshot_ + "/config.json"));
  }
}

TEST_F(RepairPlan, TheListingKnowsBetterThanTheLinkItself) {
  tiny_->listing();
  make_link("/elsewhere/hub/" + tiny_->folder() + "/blobs/" + blob("a/tokenizer.json"),
            in_snapshot("config.json"));
  EXPECT_THAT(plan("tiny profile:all\n"),
              ElementsAre("link " + snapshot_ + "/config.json ../../blobs/" + blob("config.json")));
}

TEST_F(RepairPlan, AHostileLinkIsNeverMadeGood) {
  tiny_->listing();
  make_link("/etc/passwd", in_snapshot("config.json"));
  EXPECT_THAT(plan("tiny profile:all\n"), IsEmpty());
}

TEST_F(RepairPlan, AnAbsoluteLinkKeepsItsBlobWhateverItIsCalled) {
  make_link(cache_ / tiny_->blob("config.json"), in_snapshot("config.json"));
  EXPECT_THAT(plan(),
              ElementsAre("link " + snapshot_ + "/config.json ../../blobs/" + blob("config.json")));
}

TEST_F(RepairPlan, CopiesBecomeLinksOnlyWhereThereAreLinks) {
  write_file(in_snapshot("config.json"), "{}");
  EXPECT_THAT(plan(), ElementsAre("adopt " + snapshot_ + "/config.json"));
  write_file(in_snapshot("a/tokenizer.json"), "{\"version\": \"1.0\"}");
  EXPECT_THAT(plan(), IsEmpty());
}

TEST_F(RepairPlan, ACopyThatNothingVouchesForStays) {
  write_file(in_snapshot("config.json"), "{\"edited\": 1}");
  EXPECT_THAT(plan(), IsEmpty());
}

TEST_F(RepairPlan, ASnapshotThatIsGoneIsMadeAgainFromTheLock) {
  lock();
  remove_tree(cache_ / tiny_->snapshot());
  EXPECT_THAT(plan(), UnorderedElementsAre(
                          "link " + snapshot_ + "/config.json ../../blobs/" + blob("config.json"),
                          "link " + snapshot_ + "/a/tokenizer.json ../../../blobs/" +
                              blob("a/tokenizer.json")));
}

TEST_F(RepairPlan, WhiteSpaceGoesAndADriftedRefFollowsTheLock) {
  lock();
  write_ref("main", std::string(kCommit) + "\n");
  EXPECT_THAT(plan(), ElementsAre("ref refs/main aaaa"));
  write_ref("main", kOtherCommit);
  EXPECT_THAT(plan(), ElementsAre("ref refs/main aaaa"));
}

TEST_F(RepairPlan, AMissingRefFollowsTheOneSnapshot) {
  remove_tree(cache_ / (tiny_->folder() + "/refs/main"));
  EXPECT_THAT(plan(), ElementsAre("ref refs/main aaaa"));
}

TEST_F(RepairPlan, AMissingRefIsNotGuessedWhereSomethingElseClaimsTheSnapshot) {
  remove_tree(cache_ / (tiny_->folder() + "/refs/main"));
  EXPECT_THAT(plan("tiny\ntiny@" + std::string(kCommit) + "\n"), IsEmpty());
  write_ref("v1", kCommit);
  EXPECT_THAT(plan(), IsEmpty());
}

TEST_F(RepairPlan, AMissingRefIsNotGuessedAmongTwoSnapshotsOrFromAnEmptyOne) {
  remove_tree(cache_ / (tiny_->folder() + "/refs/main"));
  tiny_->commit(kOtherCommit).file("config.json", "{ }");
  EXPECT_THAT(plan(), IsEmpty());
  for (const char* commit : {kCommit, kOtherCommit}) {
    remove_tree(cache_ / (tiny_->folder() + "/snapshots/" + commit));
  }
  test::make_folder(cache_ / (tiny_->folder() + "/snapshots/" + kCommit));
  EXPECT_THAT(plan(), IsEmpty());
}

TEST_F(RepairPlan, WhatIsLeftOfARefMaySpeakAgainstTheOneSnapshot) {
  write_ref("main", std::string(kCommit).substr(0, 39));
  EXPECT_THAT(plan(), ElementsAre("ref refs/main aaaa"));
  write_ref("main", std::string(kOtherCommit).substr(0, 39));
  EXPECT_THAT(plan(), ElementsAre("quarantine refs/main"));
  write_ref("main", "ref: refs/heads/main\n");
  EXPECT_THAT(plan(), ElementsAre("ref refs/main aaaa"));
}

TEST_F(RepairPlan, ALinkInTheRefsPlaceCountsForWhatTheRefBesideItSays) {
  write_ref("v1", kCommit);
  make_link("v1", cache_ / (tiny_->folder() + "/refs/main"));
  EXPECT_THAT(plan(), ElementsAre("ref refs/main aaaa"));
  make_link("gone", cache_ / (tiny_->folder() + "/refs/main"));
  EXPECT_THAT(plan(), ElementsAre("quarantine refs/main"));
}

TEST_F(RepairPlan, LeftoversAreDroppedAndUnknownFilesAreNot) {
  const std::string blobs = tiny_->folder() + "/blobs/";
  write_file(cache_ / (blobs + std::string(64, 'a') + ".part"), "half");
  write_file(cache_ / (blobs + std::string(64, 'a') + ".lock"), "");
  write_file(cache_ / (tiny_->folder() + "/notes"), "mine");
  const auto manifest = parse_manifest("tiny\n", "m.txt");
  VerifyRequest request;
  request.cache_path = cache_.path();
  request.manifest = &*manifest;
  const auto disk = real_disk(cache_.path(), {});
  const auto scene = look_at_scene(request, *disk);
  std::vector<std::string> paths;
  for (const RepairStep& step : plan_drops((*scene)->cache)) paths.push_back(step.path);
  EXPECT_THAT(paths, UnorderedElementsAre(blobs + std::string(64, 'a') + ".part",
                                          blobs + std::string(64, 'a') + ".lock"));
}

}  // namespace
}  // namespace hubward
