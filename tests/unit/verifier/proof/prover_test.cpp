#include "tests/support/cache_builder.h"
#include "tests/support/faulty_disk.h"
#include "tests/support/matchers.h"
#include "tests/support/verify_cache.h"
#include "verifier/proof/proof_book.h"

#include <gtest/gtest.h>

#include <atomic>

namespace hubward::test {
namespace {

struct Built {
  CacheBuilder cache;
  RepoBuilder& repo;
  Built() : repo(cache.repo("gpt2")) { repo.file("tokenizer.json", "{\"a\":1}"); }
  std::unique_ptr<Disk> disk() const { return real_disk(cache.path(), {}); }
};

TEST(Prover, ABitThatIsWrongOnceIsNoDamage) {
  Built built;
  const auto disk = built.disk();
  FaultyDisk faulty(*disk, {{.call = DiskCall::read,
                             .path = built.repo.blob("tokenizer.json"),
                             .effect = DiskEffect::flips}});
  EXPECT_THAT(verify_manifest_on(faulty, built.cache, "gpt2\n"), HasNoFindings());
}

TEST(Prover, ABitThatIsWrongOnEveryReadIsDamage) {
  Built built;
  const auto disk = built.disk();
  FaultyDisk faulty(*disk, {{.call = DiskCall::read,
                             .path = built.repo.blob("tokenizer.json"),
                             .effect = DiskEffect::flips,
                             .times = 0}});
  EXPECT_THAT(verify_manifest_on(faulty, built.cache, "gpt2\n"),
              HasOnly(FindingCode::blob_corrupt, built.repo.blob("tokenizer.json")));
}

TEST(Prover, AnErrorThatPassesIsReadAgain) {
  Built built;
  const auto disk = built.disk();
  FaultyDisk faulty(*disk, {{.call = DiskCall::read,
                             .path = built.repo.blob("tokenizer.json"),
                             .effect = DiskEffect::fails}});
  EXPECT_THAT(verify_manifest_on(faulty, built.cache, "gpt2\n"), HasNoFindings());
}

TEST(Prover, AnErrorThatStaysIsUnreadable) {
  Built built;
  const auto disk = built.disk();
  FaultyDisk faulty(*disk, {{.call = DiskCall::read,
                             .path = built.repo.blob("tokenizer.json"),
                             .effect = DiskEffect::fails,
                             .times = 0}});
  EXPECT_THAT(verify_manifest_on(faulty, built.cache, "gpt2\n"),
              HasOnly(FindingCode::unreadable, built.repo.blob("tokenizer.json")));
}

TEST(Prover, AFileThatChangesWhileItIsReadIsUnsteady) {
  Built built;
  const auto disk = built.disk();
  // Each look at the open file finds it written again since the last.
  FaultyDisk faulty(*disk, {{.call = DiskCall::identity,
                             .path = built.repo.blob("tokenizer.json"),
                             .effect = DiskEffect::other_identity,
                             .times = 0}});
  EXPECT_THAT(verify_manifest_on(faulty, built.cache, "gpt2\n"),
              HasOnly(FindingCode::unsteady, built.repo.blob("tokenizer.json")));
}

TEST(Prover, AFileThatChangedOnceIsReadAgain) {
  Built built;
  const auto disk = built.disk();
  FaultyDisk faulty(*disk, {{.call = DiskCall::identity,
                             .path = built.repo.blob("tokenizer.json"),
                             .effect = DiskEffect::other_identity}});
  EXPECT_THAT(verify_manifest_on(faulty, built.cache, "gpt2\n"), HasNoFindings());
}

TEST(Prover, ShortReadsAreNoEndOfFile) {
  Built built;
  const auto disk = built.disk();
  FaultyDisk faulty(*disk, {{.call = DiskCall::read,
                             .path = built.repo.blob("tokenizer.json"),
                             .effect = DiskEffect::shortens,
                             .times = 0}});
  EXPECT_THAT(verify_manifest_on(faulty, built.cache, "gpt2\n"), HasNoFindings());
}

TEST(Prover, OneBlobIsReadOnceHoweverManyPointersLeadToIt) {
  CacheBuilder cache;
  RepoBuilder& repo = cache.repo("gpt2");
  repo.file("tokenizer.json", "{}").file("copy/tokenizer.json", "{}").file("vocab.json", "{}");
  const auto disk = real_disk(cache.path(), {});
  const FaultyDisk counting(*disk, {});
  EXPECT_THAT(verify_manifest_on(counting, cache, "gpt2\n"), HasNoFindings());
  EXPECT_EQ(counting.calls(DiskCall::open_file, repo.blob("tokenizer.json")), 1);
}

FileIdentity identity_of(std::int64_t mtime) { return {1, 2, 3, mtime, mtime}; }

TEST(ProofBook, AYoungFileIsNotRemembered) {
  ProofBook book([] { return std::int64_t{10'000'000'000}; });
  book.remember(identity_of(8'000'000'001), book.now(), {});
  EXPECT_EQ(book.find(identity_of(8'000'000'001)), nullptr);
  book.remember(identity_of(8'000'000'000), book.now(), {});
  EXPECT_NE(book.find(identity_of(8'000'000'000)), nullptr);
}

TEST(ProofBook, AnotherTimeOrSizeIsAnotherFile) {
  ProofBook book([] { return std::int64_t{10'000'000'000}; });
  book.remember(identity_of(1), book.now(), {});
  EXPECT_EQ(book.find(identity_of(2)), nullptr);
}

}  // namespace
}  // namespace hubward::test
