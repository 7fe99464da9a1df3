#include "runner/mend/quarantine_plan.h"

#include "tests/support/cache_builder.h"
#include "tests/support/files.h"
#include "tests/support/verify_cache.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hubward {
namespace {

using test::CacheBuilder;
using test::flip_bit;
using test::kCommit;
using test::Layout;
using test::make_link;
using test::verify_all;
using test::write_file;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

std::vector<std::string> planned(const CacheBuilder& cache, const Report& report,
                                 FindingClass whose = FindingClass::corrupt) {
  const auto disk = real_disk(cache.path(), {});
  std::vector<std::string> paths;
  for (const QuarantineItem& item : plan_quarantine(report, *disk, whose)) {
    paths.push_back(item.path);
  }
  return paths;
}

TEST(QuarantinePlan, AHealthyCacheLosesNothing) {
  CacheBuilder cache;
  cache.repo("gpt2").file("config.json", "{}");
  EXPECT_THAT(planned(cache, verify_all(cache)), IsEmpty());
}

TEST(QuarantinePlan, WhatIsHostileTooStaysUntilThatIsAllowed) {
  CacheBuilder cache;
  cache.repo("gpt2").file("config.json", "{}");
  Report report;
  report.findings.push_back(make_finding(FindingCode::pointer_escapes, "models--gpt2/refs/main"));
  report.findings.push_back(make_finding(FindingCode::unlisted_file, "models--gpt2/refs/main"));
  EXPECT_THAT(planned(cache, report), IsEmpty());
  EXPECT_THAT(planned(cache, report, FindingClass::hostile), ElementsAre("models--gpt2/refs/main"));
}

TEST(QuarantinePlan, ABadBlobGoesAndItsPointersStayToSayThatItIsMissing) {
  CacheBuilder cache;
  auto& repo = cache.repo("gpt2").file("config.json", "{}").file("vocab.txt", "a\nb\n");
  flip_bit(cache / repo.blob("config.json"), 0);
  EXPECT_THAT(planned(cache, verify_all(cache)), ElementsAre(repo.blob("config.json")));
}

TEST(QuarantinePlan, ACopiedFileGoesItself) {
  CacheBuilder cache;
  auto& repo = cache.repo("gpt2", {.layout = Layout::copies}).file("config.json", "{}").listing();
  write_file(cache / repo.pointer("config.json"), "{ }");
  EXPECT_THAT(planned(cache, verify_manifest(cache, "gpt2 profile:all\n")),
              ElementsAre(repo.pointer("config.json")));
}

TEST(QuarantinePlan, ARefWithACorruptCodeGoes) {
  CacheBuilder cache;
  auto& repo = cache.repo("gpt2").file("config.json", "{}");
  repo.ref("main", std::string(kCommit) + "\n");
  EXPECT_THAT(planned(cache, verify_all(cache)), ElementsAre("models--gpt2/refs/main"));
}

TEST(QuarantinePlan, APointerWithACorruptCodeGoesAndItsSoundBlobStays) {
  CacheBuilder cache;
  auto& repo = cache.repo("gpt2").file("config.json", "{}");
  make_link("../../../blobs/" + repo.blob_name("config.json"), cache / repo.pointer("config.json"));
  EXPECT_THAT(planned(cache, verify_all(cache)), ElementsAre(repo.pointer("config.json")));
}

TEST(QuarantinePlan, ASoundBlobOfOtherContentStaysForThoseWhoNeedIt) {
  CacheBuilder cache;
  auto& repo = cache.repo("gpt2").file("a.json", "{}").file("b.json", "[]").listing();
  make_link("../../blobs/" + repo.blob_name("b.json"), cache / repo.pointer("a.json"));
  EXPECT_THAT(planned(cache, verify_manifest(cache, "gpt2 profile:all\n")),
              ElementsAre(repo.pointer("a.json")));
}

TEST(QuarantinePlan, AtLevelSizeTheBlobOfTheWrongSizeGoesAndNotOnlyItsPointer) {
  CacheBuilder cache;
  auto& repo = cache.repo("gpt2").file("a.json", "{}").listing();
  write_file(cache / repo.blob("a.json"), "{");
  const Report report = verify_manifest(cache, "gpt2 profile:all\n", {.level = Level::size});
  EXPECT_THAT(planned(cache, report), ElementsAre(repo.blob("a.json")));
}

TEST(QuarantinePlan, WhatHfHubLeftBesideABadBlobGoesWithIt) {
  CacheBuilder cache;
  auto& repo = cache.repo("gpt2").file("config.json", "{}").file("other.json", "[]");
  const std::string blob = repo.blob("config.json");
  flip_bit(cache / blob, 0);
  for (const char* ending : {".part", ".sync.part", "..part", ".lock", ".incomplete"}) {
    write_file(cache / (blob + ending), "x");
  }
  write_file(cache / (repo.blob("other.json") + ".part"), "x");
  EXPECT_THAT(planned(cache, verify_all(cache)),
              UnorderedElementsAre(blob, blob + ".part", blob + ".sync.part", blob + "..part",
                                   blob + ".lock"));
}

TEST(QuarantinePlan, ABadSharedPayloadGoesWithEveryReposLinkToIt) {
  CacheBuilder cache;
  auto& one = cache.repo("org/one", {.layout = Layout::shared})
                  .file("model.safetensors", "weights", {.lfs = true});
  auto& two = cache.repo("org/two", {.layout = Layout::shared})
                  .file("model.safetensors", "weights", {.lfs = true});
  ASSERT_EQ(one.payload("model.safetensors"), two.payload("model.safetensors"));
  flip_bit(cache / one.payload("model.safetensors"), 0);
  EXPECT_THAT(planned(cache, verify_all(cache)),
              UnorderedElementsAre(one.payload("model.safetensors"), one.blob("model.safetensors"),
                                   two.blob("model.safetensors")));
}

TEST(QuarantinePlan, HostileEntriesGoOnlyWhenAsked) {
  CacheBuilder cache;
  auto& repo = cache.repo("gpt2").file("config.json", "{}");
  make_link("../../../../../etc/passwd", cache / repo.pointer("evil"));
  const Report report = verify_all(cache);
  EXPECT_THAT(planned(cache, report), IsEmpty());
  EXPECT_THAT(planned(cache, report, FindingClass::hostile), ElementsAre(repo.pointer("evil")));
}

TEST(QuarantinePlan, WhatGoesWithItsFolderIsNotNamedAgain) {
  CacheBuilder cache;
  Report report;
  for (const char* path : {"models--a", "models--a/blobs/x", "models--a-b/blobs/y"}) {
    report.findings.push_back(make_finding(FindingCode::blob_corrupt, path));
  }
  EXPECT_THAT(planned(cache, report), ElementsAre("models--a", "models--a-b/blobs/y"));
}

TEST(QuarantinePlan, AFileThatSomeoneIsWritingStays) {
  CacheBuilder cache;
  Report report;
  report.findings.push_back(make_finding(FindingCode::unsteady, "models--a/blobs/x"));
  EXPECT_THAT(planned(cache, report), IsEmpty());
}

TEST(QuarantinePlan, AnUnreadableBlobGoesAnUnreadableFolderStays) {
  CacheBuilder cache;
  write_file(cache / "models--a/blobs/x", "x");
  Report report;
  report.findings.push_back(make_finding(FindingCode::unreadable, "models--a/blobs/x"));
  report.findings.push_back(make_finding(FindingCode::unreadable, "models--a/blobs"));
  EXPECT_THAT(planned(cache, report), ElementsAre("models--a/blobs/x"));
}

}  // namespace
}  // namespace hubward
