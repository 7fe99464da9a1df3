// A second verification in one process, as `run`, `fetch` and `gate --prune` make: what it takes
// from the book it judges as if it had read it.

#include "tests/support/cache_builder.h"
#include "tests/support/contents.h"
#include "tests/support/matchers.h"
#include "verifier/cache/disk.h"
#include "verifier/proof/proof_book.h"
#include <hubward/verify.h>

#include <gtest/gtest.h>

#include <limits>

namespace hubward {
namespace {

using test::HasNoFindings;

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

}  // namespace
}  // namespace hubward
