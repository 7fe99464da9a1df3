// Under a lock the size is compared first: a large file of another size is wrong whatever it hashes
// to, and is not read for it.

#include "tests/support/cache_builder.h"
#include "tests/support/lock_of_cache.h"
#include "verifier/proof/damage.h"
#include <hubward/verify.h>

#include <gtest/gtest.h>

#include <unistd.h>

namespace hubward {
namespace {

class LockedSize : public testing::Test {
 protected:
  LockedSize() {
    cache_.repo("gpt2").file("model.bin", "weights", {.lfs = true});
    lock_ = *parse_lock_file(test::lock_of_cache(cache_.path()), "lock");
  }

  Report verified_with(std::uint64_t size) {
    const std::string file = cache_.path() + "/models--gpt2/snapshots/" +
                             lock_.repos.front().commit.hex() + "/model.bin";
    EXPECT_EQ(::truncate(file.c_str(), static_cast<off_t>(size)), 0);
    const auto manifest = parse_manifest("gpt2\n", "manifest");
    const VerifyRequest request{
        .cache_path = cache_.path(), .manifest = &*manifest, .lock = &lock_};
    Observer observer;
    auto report = verify(request, *real_disk(cache_.path(), {}), observer, nullptr);
    EXPECT_TRUE(report);
    return std::move(*report);
  }

  test::CacheBuilder cache_;
  LockFile lock_;
};

TEST_F(LockedSize, ALargeFileOfAnotherSizeIsCorruptAndNotHashed) {
  const Report report = verified_with(kMaxTransformedBytes + 1);
  ASSERT_EQ(report.findings.size(), 1u);
  EXPECT_EQ(report.findings.front().code, FindingCode::blob_corrupt);
  EXPECT_EQ(report.totals.bytes_hashed, 0u);
}

TEST_F(LockedSize, OneThatALookAtItsDamageReadsAnywayIsHashed) {
  const Report report = verified_with(kMaxTransformedBytes);
  ASSERT_EQ(report.findings.size(), 1u);
  EXPECT_EQ(report.findings.front().code, FindingCode::blob_corrupt);
  EXPECT_GE(report.totals.bytes_hashed, kMaxTransformedBytes);  // a wrong file is read twice
}

}  // namespace
}  // namespace hubward
