// A file that changes, fails or lies while it is read. No cache at rest shows this, so the disk
// does: what is said of a file is looked at twice before it is said.

#include "tests/support/cache_builder.h"
#include "tests/support/contents.h"
#include "tests/support/faulty_disk.h"
#include "tests/support/matchers.h"
#include "tests/support/verify_cache.h"
#include <hubward/verify.h>

#include <gtest/gtest.h>

namespace hubward {
namespace {

using test::DiskCall;
using test::DiskEffect;
using test::HasNoFindings;
using test::HasOnly;

class Unsteady : public testing::Test {
 protected:
  Unsteady() {
    // Longer than what a single reading takes: of a short one its bytes decide.
    repo_.file("tokenizer.json", "{}").file("extra.bin", test::noise(50'000), {.lfs = true});
  }

  std::string blob() const { return repo_.blob("extra.bin"); }

  Report verify_with(DiskCall call, DiskEffect effect, int from, int times) const {
    const auto real = real_disk(cache_.path(), {});
    const test::FaultyDisk disk(
        *real, {{.call = call, .path = blob(), .effect = effect, .from = from, .times = times}});
    return test::verify_manifest_on(disk, cache_, "gpt2\n");
  }

  test::CacheBuilder cache_;
  test::RepoBuilder& repo_ = cache_.repo("gpt2");
};

TEST_F(Unsteady, AFileThatChangesWheneverOneLooksIsUnsteady) {
  EXPECT_THAT(verify_with(DiskCall::identity, DiskEffect::other_identity, 1, 0),
              HasOnly(FindingCode::unsteady, blob()));
}

TEST_F(Unsteady, AFileThatChangedOnceIsReadAgain) {
  EXPECT_THAT(verify_with(DiskCall::identity, DiskEffect::other_identity, 2, 1), HasNoFindings());
}

TEST_F(Unsteady, AMismatchThatASecondReadDoesNotRepeatIsNotSaid) {
  EXPECT_THAT(verify_with(DiskCall::read, DiskEffect::flips, 1, 1), HasNoFindings());
}

TEST_F(Unsteady, AMismatchThatStaysIsCorrupt) {
  EXPECT_THAT(verify_with(DiskCall::read, DiskEffect::flips, 1, 0),
              HasOnly(FindingCode::blob_corrupt, blob()));
}

TEST_F(Unsteady, AReadErrorThatComesOnceIsNotSaid) {
  EXPECT_THAT(verify_with(DiskCall::read, DiskEffect::fails, 1, 1), HasNoFindings());
}

TEST_F(Unsteady, AReadErrorThatStaysIsUnreadable) {
  EXPECT_THAT(verify_with(DiskCall::read, DiskEffect::fails, 1, 0),
              HasOnly(FindingCode::unreadable, blob()));
}

TEST_F(Unsteady, AFileThatEndsBeforeItsSizeIsNeverComplete) {
  const Report report = verify_with(DiskCall::read, DiskEffect::ends, 1, 0);
  EXPECT_EQ(report.verdict, Verdict::corrupt);
}

TEST_F(Unsteady, ShortReadsAreReadOn) {
  EXPECT_THAT(verify_with(DiskCall::read, DiskEffect::shortens, 1, 0), HasNoFindings());
}

}  // namespace
}  // namespace hubward
