#include "verifier/cache/survey.h"

#include "tests/support/cache_builder.h"
#include "tests/support/faulty_disk.h"
#include "tests/support/files.h"
#include "tests/support/matchers.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/verify_cache.h"
#include <hubward/verify.h>

#include <gtest/gtest.h>

#include <filesystem>

namespace hubward::test {
namespace {

SurveyRequest everything(const CacheBuilder& cache) {
  return {.roots = {cache.path()}, .all = true};
}

const RepoFolder& only_repo(const CacheModel& model) { return model.repos.at(0); }

TEST(Survey, AHealthyRepoIsSeenWhole) {
  CacheBuilder cache;
  cache.repo("gpt2").file("config.json", "{}").file("a/b.bin", "xyz", {.lfs = true}).listing();
  const auto disk = real_disk(cache.path(), {});
  const auto model = survey(*disk, everything(cache));
  ASSERT_THAT(model, Succeeds());
  const RepoFolder& repo = only_repo(*model);
  EXPECT_EQ(repo.blobs.size(), 2u);
  ASSERT_EQ(repo.snapshots.size(), 1u);
  ASSERT_EQ(repo.snapshots[0].pointers.size(), 2u);
  for (const Pointer& pointer : repo.snapshots[0].pointers) {
    EXPECT_EQ(pointer.state, PathState::sound) << pointer.path;
    EXPECT_NE(repo.bytes_of(pointer), nullptr) << pointer.path;
  }
  EXPECT_NE(repo.ref("main"), nullptr);
  EXPECT_NE(repo.listing(kCommit), nullptr);
  EXPECT_TRUE(repo.leftovers.empty());
  EXPECT_TRUE(repo.odd_nodes.empty());
}

TEST(Survey, BlobsWhoseNamesBeginAlikeAreToldApart) {
  const TemporaryFolder folder;
  const std::string repo = folder.path() + "/models--gpt2";
  const std::string snapshot = repo + "/snapshots/" + kCommit;
  std::filesystem::create_directories(repo + "/blobs");
  std::filesystem::create_directories(snapshot);
  const std::string beginning = "0123456789abcdef";
  for (const char last : {'1', '3', '5'}) {
    write_file(repo + "/blobs/" + beginning + last, "");
  }
  for (const char last : {'0', '1', '2', '3', '4', '5', '6'}) {
    std::filesystem::create_symlink("../../blobs/" + beginning + last, snapshot + "/" + last);
  }
  const auto disk = real_disk(folder.path(), {});
  const auto model = survey(*disk, {.roots = {folder.path()}, .all = true});
  ASSERT_THAT(model, Succeeds());
  const RepoFolder& seen = only_repo(*model);
  for (const Pointer& pointer : seen.snapshots.at(0).pointers) {
    const Blob* blob = seen.bytes_of(pointer);
    const bool is_there = pointer.path == "1" || pointer.path == "3" || pointer.path == "5";
    EXPECT_EQ(pointer.state, is_there ? PathState::sound : PathState::dangling) << pointer.path;
    ASSERT_EQ(blob != nullptr, is_there) << pointer.path;
    if (is_there) {
      EXPECT_EQ(blob->name, beginning + std::string(pointer.path));
    }
  }
}

TEST(Survey, OpensNoBlob) {
  CacheBuilder cache;
  RepoBuilder& repo = cache.repo("gpt2");
  repo.file("config.json", "{}");
  const auto disk = real_disk(cache.path(), {});
  const FaultyDisk counting(*disk, {});
  ASSERT_THAT(survey(counting, everything(cache)), Succeeds());
  EXPECT_EQ(counting.calls(DiskCall::open_file, repo.blob("config.json")), 0);
}

TEST(Survey, EntersOnlyTheReposThatAreAskedFor) {
  CacheBuilder cache;
  cache.repo("gpt2").file("config.json", "{}");
  cache.repo("bert").file("config.json", "{}");
  const auto disk = real_disk(cache.path(), {});
  const auto model =
      survey(*disk, {.roots = {cache.path()}, .repos = {*RepoId::parse(RepoType::model, "gpt2")}});
  ASSERT_THAT(model, Succeeds());
  EXPECT_EQ(only_repo(*model).path, "models--gpt2");
  EXPECT_EQ(model->repos.size(), 1u);
}

TEST(Survey, AMissingRootIsToldAndAFileForARootIsAnError) {
  CacheBuilder cache;
  const auto missing = real_disk(cache / "nowhere", {});
  const auto model = survey(*missing, {.roots = {cache / "nowhere"}, .all = true});
  ASSERT_THAT(model, Succeeds());
  EXPECT_FALSE(model->exists);

  write_file(cache / "file", "");
  const auto file = real_disk(cache / "file", {});
  EXPECT_THAT(survey(*file, {.roots = {cache / "file"}, .all = true}),
              FailsWith(ErrorKind::no_such_input));
}

TEST(Survey, AFolderThatFailsOnceIsReadAgain) {
  CacheBuilder cache;
  cache.repo("gpt2").file("config.json", "{}");
  const auto disk = real_disk(cache.path(), {});
  const FaultyDisk faulty(*disk, {{.call = DiskCall::list, .path = "models--gpt2/blobs"}});
  const auto model = survey(faulty, everything(cache));
  ASSERT_THAT(model, Succeeds());
  EXPECT_EQ(only_repo(*model).blobs.size(), 1u);
  EXPECT_TRUE(only_repo(*model).odd_nodes.empty());
}

TEST(Survey, AFolderThatAlwaysFailsIsUnreadable) {
  CacheBuilder cache;
  cache.repo("gpt2").file("config.json", "{}");
  const auto disk = real_disk(cache.path(), {});
  const FaultyDisk faulty(*disk,
                          {{.call = DiskCall::list, .path = "models--gpt2/blobs", .times = 0}});
  const auto model = survey(faulty, everything(cache));
  ASSERT_THAT(model, Succeeds());
  ASSERT_EQ(only_repo(*model).odd_nodes.size(), 1u);
  EXPECT_EQ(only_repo(*model).odd_nodes[0].state, PathState::unreadable);
  EXPECT_EQ(only_repo(*model).odd_nodes[0].path, "models--gpt2/blobs");
  EXPECT_EQ(only_repo(*model).snapshots[0].pointers[0].state, PathState::hidden)
      << "nothing is known of what an unreadable folder holds";
}

TEST(Survey, ALinkThroughAnotherLinkBackToItselfIsALoop) {
  CacheBuilder cache;
  RepoBuilder& repo = cache.repo("gpt2");
  repo.file("config.json", "{}");
  std::filesystem::create_symlink("b", cache / repo.pointer("a"));
  std::filesystem::create_symlink("a", cache / repo.pointer("b"));
  std::filesystem::create_symlink("config.json", cache / repo.pointer("c"));
  const auto disk = real_disk(cache.path(), {});
  const auto model = survey(*disk, everything(cache));
  ASSERT_THAT(model, Succeeds());
  const auto& pointers = only_repo(*model).snapshots[0].pointers;
  ASSERT_EQ(pointers.size(), 4u);
  EXPECT_EQ(pointers[0].state, PathState::loop);
  EXPECT_EQ(pointers[1].state, PathState::loop);
  EXPECT_EQ(pointers[2].state, PathState::misdirected) << "it winds, but it ends";
}

TEST(Survey, AnOverLongLinkIsHostileWhereverItStands) {
  CacheBuilder cache;
  RepoBuilder& repo = cache.repo("gpt2");
  repo.file("config.json", "{}");
  const std::vector<std::string> links = {
      "stray",
      "models--gpt2/stray",
      "models--gpt2/blobs/" + std::string(40, 'c'),
      "models--gpt2/refs/pr",
      "models--gpt2/trees/" + std::string(40, 'c') + ".json",
      "models--gpt2/snapshots/" + std::string(40, 'c'),
      "models--other",
      repo.pointer("a.json"),
  };
  std::vector<DiskFault> faults;
  for (const std::string& link : links) {
    std::filesystem::create_directories(std::filesystem::path(cache / link).parent_path());
    std::filesystem::create_symlink("config.json", cache / link);
    faults.push_back(
        {.call = DiskCall::read_link, .path = link, .effect = DiskEffect::over_long, .times = 0});
  }
  const auto disk = real_disk(cache.path(), {});
  const FaultyDisk faulty(*disk, faults);
  const Report report = verify_manifest_on(faulty, cache, "gpt2\n", {.scope = Scope::all});
  for (const std::string& link : links) {
    EXPECT_THAT(report, HasFinding(FindingCode::name_hostile, link)) << link;
  }
}

TEST(Survey, AnOverLongLinkOnTheWayOfAFolderLinkIsHostile) {
  CacheBuilder cache;
  RepoBuilder& repo = cache.repo("gpt2");
  repo.file("config.json", "{}");
  const std::string refs = repo.folder() + "/refs";
  std::filesystem::rename(cache / refs, cache / "elsewhere");
  std::filesystem::create_symlink("elsewhere", cache / "way");
  std::filesystem::create_symlink("../way", cache / refs);
  const auto disk = real_disk(cache.path(), {});
  const FaultyDisk faulty(
      *disk,
      {{.call = DiskCall::read_link, .path = "way", .effect = DiskEffect::over_long, .times = 0}});
  EXPECT_THAT(verify_manifest_on(faulty, cache, "gpt2\n"),
              HasOnly(FindingCode::name_hostile, refs));
}

TEST(Survey, AnOverLongLinkForASharedPayloadIsHostileAtThePayload) {
  CacheBuilder cache;
  RepoBuilder& repo = cache.repo("gpt2", {.layout = Layout::shared});
  repo.file("tokenizer.json", "{}").file("model.safetensors", "weights", {.lfs = true});
  const std::string payload = repo.payload("model.safetensors");
  std::filesystem::remove(cache / payload);
  std::filesystem::create_symlink("anywhere", cache / payload);
  const auto disk = real_disk(cache.path(), {});
  const FaultyDisk faulty(*disk, {{.call = DiskCall::read_link,
                                   .path = payload,
                                   .effect = DiskEffect::over_long,
                                   .times = 0}});
  EXPECT_THAT(verify_manifest_on(faulty, cache, "gpt2\n"),
              HasOnly(FindingCode::name_hostile, payload));
}

}  // namespace
}  // namespace hubward::test
