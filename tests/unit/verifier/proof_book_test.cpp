// A proof on an earlier one's word says all that the earlier one said: `run`, `fetch` and `repair`
// verify twice, and what was sound is sound again.
#include "verifier/proof/proof_book.h"

#include "tests/support/cache_builder.h"
#include "tests/support/contents.h"
#include "verifier/cache/disk.h"
#include <hubward/manifest.h>
#include <hubward/verify.h>

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>

namespace hubward {
namespace {

TEST(ProofBook, WhatItVouchesForHasTheSizeThatAListingNames) {
  test::CacheBuilder cache;
  cache.repo("tiny")
      .file("config.json", "{}")
      .file("model.safetensors", test::safetensors(600), {.lfs = true})
      .listing();
  const auto manifest = parse_manifest("tiny\n", "m.txt");
  ASSERT_TRUE(manifest);
  VerifyRequest request;
  request.cache_path = cache.path();
  request.manifest = &*manifest;
  const auto disk = real_disk(cache.path(), {});
  Observer observer;
  // So late that nothing is too young to be believed.
  ProofBook book([] { return std::numeric_limits<std::int64_t>::max(); });
  const auto first = verify(request, *disk, observer, &book);
  const auto second = verify(request, *disk, observer, &book);
  ASSERT_TRUE(first && second);
  EXPECT_EQ(second->totals.blobs_from_ledger, 2U);
  EXPECT_EQ(first->verdict, Verdict::complete);
  EXPECT_EQ(second->verdict, Verdict::complete);
  EXPECT_EQ(second->totals.bytes, first->totals.bytes);
}

}  // namespace
}  // namespace hubward
