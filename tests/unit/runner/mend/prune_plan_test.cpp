#include "runner/mend/prune_plan.h"

#include "tests/support/contents.h"
#include "tests/support/files.h"
#include "tests/support/pruned.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace hubward {
namespace {

using test::CacheBuilder;
using test::items_of;
using test::kCommit;
using test::kOtherCommit;
using test::Layout;
using test::prune_plan_of;
using test::write_file;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const std::string kOrphan = "8389d827b321d69e717e9cfed18ba798da7b8c33";

TEST(PrunePlan, NothingGoesOfWhatTheManifestNeeds) {
  CacheBuilder cache;
  cache.repo("gpt2").file("config.json", "{}").file("model.bin", "w", {.lfs = true}).listing();
  EXPECT_THAT(items_of(prune_plan_of(cache, "gpt2 profile:all\n")), IsEmpty());
}

TEST(PrunePlan, ARepoThatNoEntryNamesGoesWhole) {
  CacheBuilder cache;
  cache.repo("gpt2").file("tokenizer.json", "{}");
  cache.repo("org/other").file("tokenizer.json", "{ }");
  EXPECT_THAT(items_of(prune_plan_of(cache, "gpt2\n")), ElementsAre("models--org--other"));
}

TEST(PrunePlan, AnOlderCommitGoesWithItsRefAndTheBlobsThatItAloneUses) {
  CacheBuilder cache;
  auto& repo = cache.repo("gpt2", {.commit = kOtherCommit, .ref = "old"});
  repo.file("tokenizer.json", "old").file("vocab.txt", "same");
  const std::string old_blob = repo.blob("tokenizer.json");
  repo.commit(kCommit).file("tokenizer.json", "new").file("vocab.txt", "same");
  repo.ref("main", kCommit);
  EXPECT_THAT(items_of(prune_plan_of(cache, "gpt2\n")),
              ElementsAre(old_blob, "models--gpt2/refs/old",
                          std::string("models--gpt2/snapshots/") + kOtherCommit));
}

TEST(PrunePlan, EachFolderOfMarkersThatGoesIsNamed) {
  CacheBuilder cache;
  auto& repo = cache.repo("gpt2", {.commit = kOtherCommit, .ref = "old"});
  repo.file("tokenizer.json", "{}").no_exist("chat_template.jinja");
  repo.commit(kCommit).file("tokenizer.json", "{}").no_exist("chat_template.jinja");
  repo.ref("main", kCommit);
  const auto items = items_of(prune_plan_of(cache, "gpt2\n"));
  const std::string markers = "models--gpt2/.no_exist/";
  EXPECT_THAT(items, Contains(markers + kOtherCommit));
  EXPECT_THAT(items, Not(Contains(markers + kCommit)));
}

TEST(PrunePlan, WithAListingFilesThatTheProfileDoesNotAskForGo) {
  CacheBuilder cache;
  auto& repo = cache.repo("gpt2");
  repo.file("tokenizer.json", "{}").file("README.md", "read me").listing();
  EXPECT_THAT(items_of(prune_plan_of(cache, "gpt2 profile:tokenizer\n")),
              ElementsAre(repo.blob("README.md"), repo.pointer("README.md")));
}

TEST(PrunePlan, WithoutListingOnlyWhatTheEntryLeavesOutGoes) {
  CacheBuilder cache;
  auto& repo = cache.repo("gpt2");
  repo.file("tokenizer.json", "{}").file("README.md", "read me").file("a.onnx", "onnx");
  EXPECT_THAT(items_of(prune_plan_of(cache, "gpt2 not:*.onnx\n")),
              ElementsAre(repo.blob("a.onnx"), repo.pointer("a.onnx")));
}

TEST(PrunePlan, UnderALockExactlyItsFilesStay) {
  CacheBuilder cache;
  auto& repo = cache.repo("gpt2");
  repo.file("tokenizer.json", "{}").file("README.md", "read me");
  const std::string lock =
      std::string("version = 1\n\n[[repo]]\nid = \"gpt2\"\ntype = \"model\"\n") +
      "revision = \"main\"\ncommit = \"" + kCommit +
      "\"\n\n  [[repo.file]]\n  path = \"tokenizer.json\"\n  size = 2\n  oid = "
      "\"sha1:" +
      repo.blob_name("tokenizer.json") + "\"\n";
  EXPECT_THAT(items_of(prune_plan_of(cache, "gpt2\n", lock)),
              ElementsAre(repo.blob("README.md"), repo.pointer("README.md")));
}

TEST(PrunePlan, TheShardsOfARequiredIndexStayAlthoughTheProfileNamesNone) {
  CacheBuilder cache;
  auto& repo = cache.repo("gpt2");
  repo.file("model.safetensors.index.json",
            R"({"metadata": {}, "weight_map": {"w": "model-00001-of-00001.safetensors"}})")
      .file("model-00001-of-00001.safetensors", "weights", {.lfs = true})
      .file("other.safetensors", "others", {.lfs = true})
      .listing();
  const auto items = items_of(prune_plan_of(cache, "gpt2 file:*.index.json\n"));
  EXPECT_THAT(items, Not(Contains(repo.pointer("model-00001-of-00001.safetensors"))));
  EXPECT_THAT(items, Contains(repo.pointer("other.safetensors")));
}

TEST(PrunePlan, ABlobThatAloneVouchesForACopyStays) {
  CacheBuilder cache;
  auto& repo = cache.repo("gpt2").file("tokenizer.json", "{}");
  write_file(cache / repo.pointer("tokenizer.json"), "{}");
  EXPECT_THAT(items_of(prune_plan_of(cache, "gpt2\n")), IsEmpty());
}

TEST(PrunePlan, AnOrphanAndWhatADownloadLeftBehindGo) {
  CacheBuilder cache;
  cache.repo("gpt2").file("tokenizer.json", "{}");
  const std::string blobs = "models--gpt2/blobs/";
  write_file(cache / (blobs + kOrphan), "orphan");
  write_file(cache / (blobs + kOrphan + ".0123abcd.incomplete"), "orp");
  write_file(cache / (blobs + kOrphan + ".lock"), "");
  write_file(cache / "tmpabcd1234", "half");
  EXPECT_THAT(items_of(prune_plan_of(cache, "gpt2\n")),
              ElementsAre(blobs + kOrphan, blobs + kOrphan + ".0123abcd.incomplete",
                          blobs + kOrphan + ".lock", "tmpabcd1234"));
}

TEST(PrunePlan, WhatNoClientHasWrittenStays) {
  CacheBuilder cache;
  cache.repo("gpt2").file("tokenizer.json", "{}");
  write_file(cache / "notes/mine.txt", "mine");
  write_file(cache / "tmp/anyone.txt", "anyone's");
  write_file(cache / "models--gpt2/mine.txt", "mine");
  const PrunePlan plan = prune_plan_of(cache, "gpt2\n");
  EXPECT_THAT(items_of(plan), IsEmpty());
  EXPECT_THAT(plan.spared, Contains(HasSubstr("notes")));
  EXPECT_THAT(plan.spared, Contains(HasSubstr("models--gpt2/mine.txt")));
}

TEST(PrunePlan, APayloadStaysWhileANeededRepoLinksToIt) {
  CacheBuilder cache;
  auto& repo = cache.repo("gpt2", {.layout = Layout::shared});
  repo.file("model.bin", "weights", {.lfs = true}).file("tokenizer.json", "{}");
  auto& other = cache.repo("org/other", {.layout = Layout::shared});
  other.file("model.bin", "weights", {.lfs = true}).file("b.bin", "others", {.lfs = true});
  ASSERT_EQ(repo.payload("model.bin"), other.payload("model.bin"));
  EXPECT_THAT(items_of(prune_plan_of(cache, "gpt2\n")),
              ElementsAre(other.payload("b.bin"), "models--org--other"));
}

TEST(PrunePlan, ALinkedRepoFolderLosesTheLinkAlone) {
  CacheBuilder cache;
  auto& repo = cache.repo("gpt2").file("tokenizer.json", "{}");
  test::make_link(repo.folder(), cache / "models--other");
  const PrunePlan plan = prune_plan_of(cache, "gpt2\n");
  EXPECT_EQ(plan.steps, (std::vector<PruneStep>{{PrunePhase::repo, "models--other"}}));
}

TEST(PrunePlan, ANeededFolderThatIsALinkKeepsEverything) {
  CacheBuilder cache;
  auto& repo = cache.repo("real").file("tokenizer.json", "{}");
  test::make_link(repo.folder(), cache / "models--gpt2");
  EXPECT_THAT(prune_plan_of(cache, "gpt2\n").steps, IsEmpty());
}

TEST(PrunePlan, AnEntryThatFindsNothingKeepsItsRepo) {
  CacheBuilder cache;
  cache.repo("gpt2", {.ref = ""}).file("tokenizer.json", "{}");
  EXPECT_THAT(items_of(prune_plan_of(cache, "gpt2 optional\n")), IsEmpty());
}

TEST(PrunePlan, RefsAndMarkersAndListingsOfANeededCommitStay) {
  CacheBuilder cache;
  auto& repo = cache.repo("gpt2").file("tokenizer.json", "{}").no_exist("chat_template.jinja");
  repo.listing().ref(kCommit, kCommit);
  EXPECT_THAT(items_of(prune_plan_of(cache, "gpt2\n")), IsEmpty());
}

TEST(PrunePlan, GoesFromWhatNamesToWhatIsNamed) {
  CacheBuilder cache;
  cache.repo("gpt2").file("tokenizer.json", "{}");
  auto& other = cache.repo("other", {.layout = Layout::shared});
  other.file("a.bin", "bytes", {.lfs = true}).listing();
  const std::vector<PruneStep> steps = prune_plan_of(cache, "gpt2\n").steps;
  EXPECT_EQ(steps, (std::vector<PruneStep>{{PrunePhase::ref, "models--other/refs"},
                                           {PrunePhase::pointer, "models--other/snapshots"},
                                           {PrunePhase::listing, "models--other/trees"},
                                           {PrunePhase::blob, other.blob("a.bin")},
                                           {PrunePhase::payload, other.payload("a.bin")},
                                           {PrunePhase::repo, "models--other"}}));
}

}  // namespace
}  // namespace hubward
