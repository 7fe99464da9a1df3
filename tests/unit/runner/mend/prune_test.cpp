#include "runner/mend/prune.h"

#include "runner/mend/client_lock.h"
#include "tests/support/contents.h"
#include "tests/support/files.h"
#include "tests/support/matchers.h"
#include "tests/support/pruned.h"
#include "tests/support/verify_cache.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <memory>

namespace hubward {
namespace {

using test::CacheBuilder;
using test::exists;
using test::FailsWith;
using test::kCommit;
using test::kOtherCommit;
using test::Layout;
using test::prune_plan_of;
using test::Succeeds;
using test::write_file;

/// One needed repo with an older commit, one that nobody needs, and a store that both share.
std::unique_ptr<CacheBuilder> crowded() {
  auto cache = std::make_unique<CacheBuilder>();
  auto& repo =
      cache->repo("gpt2", {.commit = kOtherCommit, .ref = "refs/pr/1", .layout = Layout::shared});
  repo.file("model.bin", test::noise(4000), {.lfs = true})
      .file("deep/tokenizer.json", "old")
      .listing();
  repo.commit(kCommit)
      .file("deep/tokenizer.json", "new")
      .file("model.bin", test::noise(4000), {.lfs = true});
  repo.file("onnx/README.md", "read me")
      .file("weights.bin", test::noise(3000), {.lfs = true})
      .listing();
  repo.ref("main", kCommit);
  auto& other = cache->repo("org/other", {.layout = Layout::shared});
  other.file("model.bin", test::noise(4000), {.lfs = true})
      .file("b.bin", test::noise(50), {.lfs = true});
  write_file(*cache / "models--gpt2/blobs/8389d827b321d69e717e9cfed18ba798da7b8c33", "orphan");
  write_file(*cache / "models--gpt2/blobs/8389d827.0123abcd.incomplete", "half");
  return cache;
}

constexpr char kManifest[] = "gpt2 file:model.bin file:deep/tokenizer.json\n";

TEST(Prune, StoppedBehindAnyStepLeavesTheNeededPartComplete) {
  const std::size_t steps = prune_plan_of(*crowded(), kManifest).steps.size();
  ASSERT_GT(steps, 12u);
  for (std::size_t done = 0; done <= steps; ++done) {
    const auto cache = crowded();
    PrunePlan plan = prune_plan_of(*cache, kManifest);
    plan.steps.resize(done);
    ASSERT_THAT(prune(cache->path(), plan), Succeeds());
    EXPECT_EQ(verify_manifest(*cache, kManifest).verdict, Verdict::complete) << done;
    // A pointer whose blob went before it would be one.
    for (const Finding& finding : test::verify_all(*cache).findings) {
      EXPECT_NE(finding.code, FindingCode::pointer_dangling) << done << " " << finding.path;
      EXPECT_GT(finding.finding_class, FindingClass::incomplete) << done << " " << finding.path;
    }
    ASSERT_THAT(prune(cache->path(), prune_plan_of(*cache, kManifest)), Succeeds());
    EXPECT_TRUE(prune_plan_of(*cache, kManifest).steps.empty()) << done;
  }
}

TEST(Prune, LeavesNoEmptyFolderThatAClientWouldReadAsARef) {
  const auto cache = crowded();
  ASSERT_TRUE(exists(*cache / "models--gpt2/refs/refs/pr/1"));
  ASSERT_THAT(prune(cache->path(), prune_plan_of(*cache, kManifest)), Succeeds());
  EXPECT_FALSE(exists(*cache / "models--gpt2/refs/refs"));
  EXPECT_TRUE(exists(*cache / "models--gpt2/refs/main"));
  EXPECT_FALSE(exists(*cache / (std::string("models--gpt2/snapshots/") + kCommit + "/onnx")));
}

TEST(Prune, LeavesNoLockOfItsOwnBehind) {
  const auto cache = crowded();
  write_file(*cache / ".locks/models--gpt2/mine.lock", "");
  ASSERT_THAT(prune(cache->path(), prune_plan_of(*cache, kManifest)), Succeeds());
  EXPECT_TRUE(exists(*cache / ".locks/models--gpt2/mine.lock"));
  EXPECT_FALSE(exists(*cache / ".locks/models--org--other"));
}

TEST(Prune, FollowsNoLinkOutOfTheCache) {
  CacheBuilder cache;
  cache.repo("gpt2").file("tokenizer.json", "{}");
  const std::string outside = cache.surroundings() + "/precious";
  write_file(outside + "/file", "precious");
  write_file(cache / "models--other/refs/main", kOtherCommit);
  test::make_link(outside, cache / "models--other/snapshots/a");
  const PrunePlan plan{.items = {},
                       .steps = {{PrunePhase::pointer, "models--other/snapshots/a/file"},
                                 {PrunePhase::repo, "models--other"}},
                       .repos = {"models--other"},
                       .spared = {}};
  static_cast<void>(prune(cache.path(), plan));
  PrunePlan whole = plan;
  whole.steps.erase(whole.steps.begin());
  EXPECT_THAT(prune(cache.path(), whole), Succeeds());
  EXPECT_FALSE(exists(cache / "models--other"));
  EXPECT_TRUE(exists(outside + "/file"));
}

TEST(Prune, RefusesAPathThatLeadsOut) {
  CacheBuilder cache;
  cache.repo("gpt2").file("tokenizer.json", "{}");
  write_file(cache.surroundings() + "/precious", "precious");
  const PrunePlan plan{
      .items = {}, .steps = {{PrunePhase::repo, "../precious"}}, .repos = {}, .spared = {}};
  EXPECT_THAT(prune(cache.path(), plan), FailsWith(ErrorKind::io));
  EXPECT_TRUE(exists(cache.surroundings() + "/precious"));
}

class HeldLock : public testing::TestWithParam<const char*> {};

TEST_P(HeldLock, EndsItBeforeAnythingIsGone) {
  const auto cache = crowded();
  const std::string lock = *cache / GetParam();
  write_file(lock, "");
  const int fd = ::open(lock.c_str(), O_RDWR | O_CLOEXEC);
  ASSERT_EQ(::flock(fd, LOCK_EX), 0);
  const std::string before = test::told(test::verify_all(*cache).findings);
  const PrunePlan plan = prune_plan_of(*cache, kManifest);
  EXPECT_THAT(prune(cache->path(), plan), FailsWith(ErrorKind::try_later));
  EXPECT_EQ(test::told(test::verify_all(*cache).findings), before);
  ::close(fd);
  EXPECT_THAT(prune(cache->path(), plan), Succeeds());
}

INSTANTIATE_TEST_SUITE_P(OfAnyClient, HeldLock,
                         testing::Values(".locks/models--org--other/any.lock",
                                         ".locks/models--gpt2/any.lock",
                                         "models--gpt2/blobs/any.lock"));

TEST(Prune, OfARepoThatKeepsEverythingNoLockMatters) {
  CacheBuilder cache;
  cache.repo("gpt2").file("tokenizer.json", "{}");
  cache.repo("org/other").file("tokenizer.json", "{ }");
  const std::string lock = cache / ".locks/models--gpt2/any.lock";
  write_file(lock, "");
  const int fd = ::open(lock.c_str(), O_RDWR | O_CLOEXEC);
  ASSERT_EQ(::flock(fd, LOCK_EX), 0);
  EXPECT_THAT(prune(cache.path(), prune_plan_of(cache, "gpt2\n")), Succeeds());
  ::close(fd);
}

}  // namespace
}  // namespace hubward
