#include "tests/support/cache_builder.h"
#include "tests/support/faulty_disk.h"
#include "tests/support/matchers.h"
#include "tests/support/verify_cache.h"
#include "verifier/proof/hasher.h"
#include "verifier/proof/proof_book.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <limits>

namespace hubward::test {
namespace {

struct Built {
  CacheBuilder cache;
  RepoBuilder& repo;
  explicit Built(const std::string& text = "{\"a\":1}") : repo(cache.repo("gpt2")) {
    repo.file("tokenizer.json", text);
  }
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

/// More than one reading takes.
std::string long_text() { return "{\"a\":\"" + std::string(100'000, 'x') + "\"}"; }

TEST(Prover, AFileThatChangesWhileItIsReadIsUnsteady) {
  Built built(long_text());
  const auto disk = built.disk();
  // Each look at the open file finds it written again since the last.
  FaultyDisk faulty(*disk, {{.call = DiskCall::identity,
                             .path = built.repo.blob("tokenizer.json"),
                             .effect = DiskEffect::other_identity,
                             .times = 0}});
  EXPECT_THAT(verify_manifest_on(faulty, built.cache, "gpt2\n"),
              HasOnly(FindingCode::unsteady, built.repo.blob("tokenizer.json")));
}

TEST(Prover, AShortFileWhoseBytesFitItsNameIsSoundWhateverItsTimesSay) {
  Built built;
  const auto disk = built.disk();
  FaultyDisk faulty(*disk, {{.call = DiskCall::identity,
                             .path = built.repo.blob("tokenizer.json"),
                             .effect = DiskEffect::other_identity,
                             .times = 0}});
  EXPECT_THAT(verify_manifest_on(faulty, built.cache, "gpt2\n"), HasNoFindings());
  EXPECT_EQ(faulty.calls(DiskCall::identity, built.repo.blob("tokenizer.json")), 0);
}

TEST(Prover, AShortFileThatSeemsCutOnceIsReadAgain) {
  for (const bool is_lfs : {false, true}) {
    CacheBuilder cache;
    RepoBuilder& repo = cache.repo("gpt2").file("tokenizer.json", "{}");
    repo.file("x.bin", std::string(40'000, 'x'), {.lfs = is_lfs});
    const auto disk = real_disk(cache.path(), {});
    // Half of the room, as a network file system may give.
    FaultyDisk faulty(
        *disk,
        {{.call = DiskCall::read, .path = repo.blob("x.bin"), .effect = DiskEffect::shortens}});
    EXPECT_THAT(verify_manifest_on(faulty, cache, "gpt2\n"), HasNoFindings());
    EXPECT_GE(faulty.calls(DiskCall::identity, repo.blob("x.bin")), 1);
  }
}

TEST(Prover, AShortFileThatStaysCutIsTold) {
  Built built;
  std::filesystem::resize_file(built.cache.path() + "/" + built.repo.blob("tokenizer.json"), 3);
  EXPECT_THAT(verify_manifest(built.cache, "gpt2\n"),
              HasOnly(FindingCode::blob_corrupt, built.repo.blob("tokenizer.json")));
}

TEST(Prover, AFileThatChangedOnceIsReadAgain) {
  Built built(long_text());
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

TEST(Prover, SmallFilesThatAreReadTogetherEachHaveTheirOwnFate) {
  CacheBuilder cache;
  RepoBuilder& repo = cache.repo("gpt2");
  repo.file("tokenizer.json", "{}");
  for (std::size_t i = 0; i < 50; ++i)
    repo.file(fmt::format("part-{:02}.txt", i), std::string(10 * i + 1, 'x'));
  repo.file("large.txt", std::string(100'000, 'y')).file("model.bin", "weights", {.lfs = true});
  repo.file("steps.txt", std::string(100'000, 'z'));
  const auto disk = real_disk(cache.path(), {});
  const auto at = [&](const char* file, DiskCall call, DiskEffect effect) {
    return DiskFault{.call = call, .path = repo.blob(file), .effect = effect, .times = 0};
  };
  const FaultyDisk faulty(*disk, {at("part-07.txt", DiskCall::read, DiskEffect::flips),
                                  at("part-20.txt", DiskCall::open_file, DiskEffect::fails),
                                  at("steps.txt", DiskCall::identity, DiskEffect::other_identity),
                                  at("large.txt", DiskCall::read, DiskEffect::flips),
                                  at("part-41.txt", DiskCall::read, DiskEffect::shortens)});
  const Report report = verify_manifest_on(faulty, cache, "gpt2\n");
  EXPECT_THAT(report, HasFinding(FindingCode::blob_corrupt, repo.blob("part-07.txt")));
  EXPECT_THAT(report, HasFinding(FindingCode::unreadable, repo.blob("part-20.txt")));
  EXPECT_THAT(report, HasFinding(FindingCode::unsteady, repo.blob("steps.txt")));
  EXPECT_THAT(report, HasFinding(FindingCode::blob_corrupt, repo.blob("large.txt")));
  EXPECT_EQ(report.findings.size(), 4U);
}

TEST(Prover, AFileThatADiskIsStillFetchingKeepsNoOtherWaiting) {
  CacheBuilder cache;
  RepoBuilder& repo = cache.repo("gpt2");
  const std::vector<std::string> files{"a.txt", "b.txt", "c.txt"};
  repo.file("tokenizer.json", "{}");
  for (const std::string& file : files) repo.file(file, std::string(400'000, file[0]));
  const auto disk = real_disk(cache.path(), {});
  const FaultyDisk slow(*disk, {{.call = DiskCall::read_ready,
                                 .path = repo.blob("b.txt"),
                                 .effect = DiskEffect::not_ready,
                                 .times = 0}});
  EXPECT_THAT(verify_manifest_on(slow, cache, "gpt2\n"), HasNoFindings());
  // Once all others have ended it is waited for.
  EXPECT_GE(slow.calls(DiskCall::read_ready, repo.blob("b.txt")), 2);
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

void hard_link(const CacheBuilder& cache, const std::string& from, const std::string& to) {
  std::filesystem::remove(cache.path() + "/" + to);
  std::filesystem::create_hard_link(cache.path() + "/" + from, cache.path() + "/" + to);
}

TEST(Prover, HardLinksInTwoReposAreReadOnce) {
  CacheBuilder cache;
  RepoBuilder& one = cache.repo("gpt2").file("tokenizer.json", "{\"a\":1}");
  RepoBuilder& two = cache.repo("gpt3").file("tokenizer.json", "{\"a\":1}");
  hard_link(cache, one.blob("tokenizer.json"), two.blob("tokenizer.json"));
  const auto disk = real_disk(cache.path(), {});
  const FaultyDisk counting(*disk, {});
  const Report report = verify_manifest_on(counting, cache, "gpt2\ngpt3\n");
  EXPECT_THAT(report, HasNoFindings());
  EXPECT_EQ(counting.calls(DiskCall::open_file, one.blob("tokenizer.json")) +
                counting.calls(DiskCall::open_file, two.blob("tokenizer.json")),
            1);
  EXPECT_EQ(report.totals.bytes_hashed, 7U);
  EXPECT_EQ(report.totals.bytes, 14U);
}

TEST(Prover, AHardLinkUnderAWrongNameIsDamageThereAlone) {
  CacheBuilder cache;
  RepoBuilder& one = cache.repo("gpt2").file("tokenizer.json", "{\"a\":1}");
  RepoBuilder& two = cache.repo("gpt3").file("tokenizer.json", "{\"b\":2}");
  hard_link(cache, one.blob("tokenizer.json"), two.blob("tokenizer.json"));
  EXPECT_THAT(verify_manifest(cache, "gpt2\ngpt3\n"),
              HasOnly(FindingCode::blob_corrupt, two.blob("tokenizer.json")));
}

TEST(Prover, ASmallFileTellsItsSizeWhenItIsOpened) {
  Built built;
  const auto disk = built.disk();
  const FaultyDisk counting(*disk, {});
  const Report report = verify_manifest_on(counting, built.cache, "gpt2\n");
  EXPECT_EQ(report.totals.bytes, 7U);
  EXPECT_EQ(counting.calls(DiskCall::status, built.repo.blob("tokenizer.json")), 0);
}

TEST(Prover, AFileThatCannotBeOpenedStillTellsItsSize) {
  Built built;
  const auto disk = built.disk();
  FaultyDisk faulty(*disk, {{.call = DiskCall::open_file,
                             .path = built.repo.blob("tokenizer.json"),
                             .effect = DiskEffect::fails,
                             .times = 0}});
  const Report report = verify_manifest_on(faulty, built.cache, "gpt2\n");
  EXPECT_THAT(report, HasOnly(FindingCode::unreadable, built.repo.blob("tokenizer.json")));
  EXPECT_EQ(report.totals.bytes, 7U);
}

/// Adds up what it is told.
class Sums : public Observer {
 public:
  void hashing_begins(std::uint64_t, std::uint64_t bytes) override { due += bytes; }
  void more_to_hash(std::uint64_t bytes) override { due += bytes; }
  void bytes_hashed(std::uint64_t bytes) override { hashed += bytes; }

  std::atomic<std::uint64_t> due = 0;
  std::atomic<std::uint64_t> hashed = 0;
};

TEST(Prover, AllThatIsHashedWasAnnounced) {
  CacheBuilder cache;
  cache.repo("gpt2")
      .file("tokenizer.json", "{\"a\":1}")
      .file("x.bin", "12345", {.lfs = true})
      .file("large.bin", std::string(3'000'000, 'x'), {.lfs = true})
      .file("model.safetensors.index.json", R"({"weight_map":{}})");  // its text is kept
  const auto disk = real_disk(cache.path(), {});
  Sums sums;
  const auto report =
      verify({.cache_path = cache.path(), .scope = Scope::all}, *disk, sums, nullptr);
  ASSERT_TRUE(report);
  EXPECT_EQ(sums.due, 3'000'029U);
  EXPECT_EQ(sums.hashed, 3'000'029U);
}

FileIdentity identity_of(std::int64_t mtime) { return {1, 2, 4096, mtime, mtime}; }

TEST(ProofBook, AListedFileThatIsRememberedIsStillSound) {
  CacheBuilder cache;
  cache.repo("gpt2").file("tokenizer.json", "{\"a\":1}").listing();
  const auto disk = real_disk(cache.path(), {});
  ProofBook book([] { return std::numeric_limits<std::int64_t>::max(); });
  Observer observer;
  for (const std::uint64_t from_book : {0U, 1U}) {
    const auto report =
        verify({.cache_path = cache.path(), .scope = Scope::all}, *disk, observer, &book);
    ASSERT_TRUE(report);
    EXPECT_THAT(*report, HasNoFindings());
    EXPECT_EQ(report->totals.blobs_from_ledger, from_book);
  }
}

TEST(ProofBook, AYoungFileIsNotRemembered) {
  ProofBook book([] { return std::int64_t{10'000'000'000}; });
  book.remember({.identity = identity_of(8'000'000'001), .read_at = book.now()});
  EXPECT_EQ(book.find(identity_of(8'000'000'001)), nullptr);
  book.remember({.identity = identity_of(8'000'000'000), .read_at = book.now()});
  EXPECT_NE(book.find(identity_of(8'000'000'000)), nullptr);
}

TEST(ProofBook, AFileOfOurOwnIsRememberedHoweverYoung) {
  ProofBook book([] { return std::int64_t{10'000'000'000}; });
  const Digest digest = digest_of(DigestAlgorithm::sha256, "bytes");
  book.remember_written(identity_of(book.now()), digest);
  ASSERT_NE(book.find(identity_of(book.now())), nullptr);
  EXPECT_EQ(book.find(identity_of(book.now()))->sha256, digest);
  EXPECT_EQ(book.find(identity_of(book.now()))->git_sha1, std::nullopt);
}

TEST(ProofBook, AnotherOfTheFivePartsOfAnIdentityIsAnotherFile) {
  ProofBook book([] { return std::int64_t{10'000'000'000}; });
  const FileIdentity known{.device = 1, .inode = 2, .size = 3, .mtime = 4, .ctime = 5};
  book.remember({.identity = known, .read_at = book.now()});
  ASSERT_NE(book.find(known), nullptr);
  for (int part = 0; part < 5; ++part) {
    for (const int change : {-1, 1}) {
      FileIdentity other = known;
      if (part == 0) other.device += static_cast<std::uint64_t>(change);
      if (part == 1) other.inode += static_cast<std::uint64_t>(change);
      if (part == 2) other.size += static_cast<std::uint64_t>(change);
      if (part == 3) other.mtime += change;
      if (part == 4) other.ctime += change;
      EXPECT_EQ(book.find(other), nullptr) << part << " " << change;
    }
  }
}

TEST(ProofBook, WhatWasReadIsToldOnceAndWhatWasWrittenNever) {
  ProofBook book([] { return std::int64_t{10'000'000'000}; });
  book.remember({.identity = identity_of(1), .read_at = book.now()});
  book.remember_written(identity_of(2), digest_of(DigestAlgorithm::sha256, "bytes"));
  EXPECT_EQ(book.take_read().size(), 1U);
  EXPECT_TRUE(book.take_read().empty());
}

TEST(ProofBook, WhatIsRecalledIsAskedForOnceAndToldWhenItIsBelieved) {
  ProofBook book([] { return std::int64_t{10'000'000'000}; });
  int asked = 0;
  book.recall([&] {
    ++asked;
    return std::vector<ProofRecord>{{.identity = identity_of(1), .seen_at = 7},
                                    {.identity = identity_of(2), .seen_at = 7}};
  });
  EXPECT_FALSE(book.is_empty());
  EXPECT_FALSE(book.is_empty());
  EXPECT_EQ(asked, 1);
  EXPECT_TRUE(book.believed(8).empty());
  book.find(identity_of(2))->is_believed = true;
  EXPECT_TRUE(book.believed(7).empty());
  ASSERT_EQ(book.believed(8).size(), 1U);
  EXPECT_EQ(book.believed(8).front().identity, identity_of(2));
  EXPECT_TRUE(book.take_read().empty());
}

}  // namespace
}  // namespace hubward::test
