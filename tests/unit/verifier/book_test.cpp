// A second verification in one process, as `run`, `fetch` and `gate --prune` make: what it takes
// from the book it judges as if it had read it.

#include "tests/support/cache_builder.h"
#include "tests/support/contents.h"
#include "tests/support/files.h"
#include "tests/support/matchers.h"
#include "verifier/cache/disk.h"
#include "verifier/proof/hasher.h"
#include "verifier/proof/proof_book.h"
#include <hubward/verify.h>

#include <gtest/gtest.h>

#include <limits>

namespace hubward {
namespace {

using test::HasNoFindings;
using test::HasOnly;

TEST(Book, WhatAListingSaysIsJudgedTheSameFromTheBook) {
  test::CacheBuilder cache;
  auto& repo = cache.repo("gpt2").file("tokenizer.json", "{}");
  repo.file("model.bin", test::noise(50'000), {.lfs = true}).listing();
  const auto manifest = parse_manifest("gpt2 profile:all\n", "manifest");
  ASSERT_TRUE(manifest);
  const VerifyRequest request{.cache_path = cache.path(), .manifest = &*manifest};
  const auto disk = real_disk(cache.path(), {});
  Observer observer;
  // So late that nothing is too young to be remembered.
  ProofBook book([] { return std::numeric_limits<std::int64_t>::max(); });

  const auto first = verify(request, *disk, observer, &book);
  ASSERT_TRUE(first);
  EXPECT_THAT(*first, HasNoFindings());
  const auto second = verify(request, *disk, observer, &book);
  ASSERT_TRUE(second);
  EXPECT_EQ(second->totals.blobs_from_ledger, 2u);
  EXPECT_THAT(*second, HasNoFindings());
  EXPECT_EQ(second->totals.bytes, first->totals.bytes);
}

/// Two verifications with one book, so late that nothing is too young for it.
struct Twice {
  Report first;
  Report second;
};

Twice verify_twice(const test::CacheBuilder& cache, const std::string& manifest_text) {
  const auto manifest = parse_manifest(manifest_text, "manifest");
  const VerifyRequest request{.cache_path = cache.path(),
                              .manifest = manifest_text.empty() ? nullptr : &*manifest,
                              .scope = manifest_text.empty() ? Scope::all : Scope::manifest};
  const auto disk = real_disk(cache.path(), {});
  Observer observer;
  ProofBook book([] { return std::numeric_limits<std::int64_t>::max(); });
  auto first = verify(request, *disk, observer, &book);
  auto second = verify(request, *disk, observer, &book);
  return {std::move(*first), std::move(*second)};
}

TEST(Book, APointersTextInThePlaceOfWeightsIsFoundEachTime) {
  test::CacheBuilder cache;
  auto& repo = cache.repo("gpt2").file("config.json", "{}");
  repo.file("model.safetensors", "version https://git-lfs.github.com/spec/v1\noid sha256:" +
                                     std::string(64, 'a') + "\nsize 600\n");
  const Twice told = verify_twice(cache, "gpt2\n");
  EXPECT_THAT(told.first, HasOnly(FindingCode::content_malformed, repo.blob("model.safetensors")));
  EXPECT_THAT(told.second, HasOnly(FindingCode::content_malformed, repo.blob("model.safetensors")));
}

TEST(Book, ADownloadedPointersTextIsReadToo) {
  ProofBook book([] { return std::int64_t{10'000'000'000}; });
  const Digest digest = digest_of(DigestAlgorithm::git_sha1, "bytes");
  const FileIdentity longest_pointer{1, 2, kLfsPointersBelow - 1, 3, 4};
  book.remember_written(longest_pointer, digest);
  EXPECT_EQ(book.find(longest_pointer), nullptr);
  const FileIdentity longer{1, 2, kLfsPointersBelow, 3, 4};
  book.remember_written(longer, digest);
  EXPECT_NE(book.find(longer), nullptr);
}

TEST(Book, AListedCopyIsNotReadAgain) {
  test::CacheBuilder cache;
  cache.repo("gpt2", {.layout = test::Layout::copies})
      .file("tokenizer.json", "{}")
      .file("model.bin", test::noise(50'000), {.lfs = true})
      .listing();
  const Twice told = verify_twice(cache, "gpt2 profile:all\n");
  EXPECT_EQ(told.second.totals.blobs_from_ledger, 2U);
  EXPECT_EQ(told.second.totals.bytes_hashed, 0U);
  EXPECT_EQ(told.second.findings.size(), told.first.findings.size());
}

TEST(Book, ADamagedBlobIsReadAgainAndItsDamageToldAgain) {
  test::CacheBuilder cache;
  auto& repo = cache.repo("gpt2").file("tokenizer.json", "{}");
  test::write_file(cache / repo.blob("tokenizer.json"), "");
  const Twice told = verify_twice(cache, "");
  EXPECT_EQ(told.second.totals.blobs_from_ledger, 0U);
  ASSERT_EQ(told.second.findings.size(), 1U);
  EXPECT_EQ(told.second.findings.front().damage, told.first.findings.front().damage);
}

}  // namespace
}  // namespace hubward
