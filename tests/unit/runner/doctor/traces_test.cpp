#include "runner/doctor/traces.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hubward {
namespace {

using testing::HasSubstr;

std::string surest(const Traces& traces) {
  const auto guesses = writers_by(traces);
  return guesses.empty() ? "" : guesses.front().who;
}

TEST(Traces, EachClientIsKnownByItsHabit) {
  EXPECT_THAT(surest({.is_shared = true, .any_ref = true}), HasSubstr("1.32"));
  EXPECT_THAT(surest({.listing = true, .listing_is_private = true, .any_ref = true}),
              HasSubstr("snapshot_download"));
  EXPECT_THAT(surest({.listing = true, .any_ref = true}), HasSubstr("hubward fetch"));
  EXPECT_THAT(surest({.ref_of_commit = true, .any_ref = true}), testing::StrEq("hf-hub 0.x"));
  EXPECT_THAT(surest({.rust_lock = true, .any_ref = true}), HasSubstr("hf-hub 0.4.1"));
  EXPECT_THAT(surest({.snapshot_is_no_commit = true}), HasSubstr("@huggingface/hub"));
  EXPECT_THAT(surest({.is_copy = true, .any_ref = true}), HasSubstr("without symbolic links"));
  EXPECT_THAT(surest({.any_ref = true}), HasSubstr("cleared the locks"));
}

TEST(Traces, SeveralMayBeTrueAtOnce) {
  const auto guesses = writers_by({.python_lock = true, .rust_lock = true});
  ASSERT_EQ(guesses.size(), 3u);
  EXPECT_THAT(guesses.back().who, HasSubstr("pinned"));
}

}  // namespace
}  // namespace hubward
