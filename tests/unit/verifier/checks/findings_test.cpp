#include "verifier/checks/findings.h"

#include "tests/support/matchers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hubward::test {
namespace {

using ::testing::ElementsAre;

RepoCase repo_case() { return {.repo = *RepoId::parse(RepoType::model, "gpt2")}; }

TEST(Findings, TheSameCauseMetTwiceIsOneFindingWithBothPointers) {
  const RepoCase first = repo_case();
  const RepoCase second = repo_case();
  Findings findings;
  findings.add_behind(first, make_finding(FindingCode::blob_corrupt, "b"), "p2");
  findings.add_behind(second, make_finding(FindingCode::blob_corrupt, "b"), "p1");
  findings.add_behind(second, make_finding(FindingCode::blob_corrupt, "b"), "p1");
  EXPECT_EQ(findings.worst_of(first), FindingClass::corrupt);
  EXPECT_EQ(findings.worst_of(second), FindingClass::corrupt);
  const std::vector<Finding> all = findings.take();
  ASSERT_THAT(all, HasOnly(FindingCode::blob_corrupt, "b"));
  EXPECT_THAT(all[0].affects, ElementsAre("p1", "p2"));
  EXPECT_EQ(all[0].affects_total, 2u);
}

TEST(Findings, TheWorseClassOfTwoStays) {
  const RepoCase entry = repo_case();
  const RepoCase sweep = repo_case();
  Findings findings;
  findings.add(entry, make_finding(FindingCode::ref_dangling, "r"));
  Finding note = make_finding(FindingCode::ref_dangling, "r");
  note.finding_class = FindingClass::note;
  findings.add(sweep, note);
  EXPECT_EQ(findings.take()[0].finding_class, FindingClass::incomplete);
}

TEST(Findings, WhatAnOptionalEntryLacksIsForgivenUnlessAnotherLacksItToo) {
  const RepoCase optional = repo_case();
  const auto manifest = parse_manifest("gpt2@dev\n", "m");
  RepoCase required = repo_case();
  required.entry = &manifest->entries[0];
  Findings findings;
  findings.add(optional, make_finding(FindingCode::file_missing, "mine"));
  findings.add(optional, make_finding(FindingCode::file_missing, "shared"));
  findings.add(required, make_finding(FindingCode::file_missing, "shared"));
  EXPECT_EQ(findings.forgive_incomplete(optional), 2u);
  EXPECT_EQ(findings.worst_of(optional), std::nullopt);
  EXPECT_EQ(findings.worst_of(required), FindingClass::incomplete);
  EXPECT_THAT(findings.take(), HasOnly(FindingCode::file_missing, "shared"));
}

TEST(Findings, ALookAtTheWholeCacheDoesNotKeepWhatAnOptionalEntryLacks) {
  const RepoCase optional = repo_case();
  const RepoCase sweep = repo_case();
  Findings findings;
  findings.add(optional, make_finding(FindingCode::pointer_dangling, "both"));
  findings.add(sweep, make_finding(FindingCode::pointer_dangling, "both"));
  findings.add(sweep, make_finding(FindingCode::pointer_dangling, "another snapshot"));
  EXPECT_EQ(findings.forgive_incomplete(optional), 1u);
  EXPECT_THAT(findings.take(), HasOnly(FindingCode::pointer_dangling, "another snapshot"));
}

TEST(Findings, AtMostAThousandPointersAreListedAndAllAreCounted) {
  const RepoCase repo = repo_case();
  Findings findings;
  for (std::size_t i = 0; i <= kMaxAffects; ++i) {
    findings.add_behind(repo, make_finding(FindingCode::blob_corrupt, "b"), std::to_string(i));
  }
  const std::vector<Finding> all = findings.take();
  EXPECT_EQ(all[0].affects.size(), kMaxAffects);
  EXPECT_EQ(all[0].affects_total, kMaxAffects + 1);
}

}  // namespace
}  // namespace hubward::test
