#include "runner/ci/job_summary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hubward {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

Report report_with(std::size_t findings, const std::string& path) {
  Report report;
  report.verdict = Verdict::corrupt;
  report.repos.push_back(
      {.repo = *RepoId::parse(RepoType::model, "org/name"), .revision = Revision::main()});
  for (std::size_t i = 0; i < findings; ++i) {
    report.findings.push_back(make_finding(FindingCode::blob_corrupt, path));
  }
  return report;
}

constexpr SummaryFacts kFacts{"hubward: refuse (incomplete)", "the cache is corrupt"};

TEST(JobSummary, EveryMarkIsAnEntitySoThatNothingIsMarkup) {
  EXPECT_EQ(markdown_text("a|b"), "a&#124;b");
  for (const char* text : {"<script>", "[x](y)", "`code`", "*b*", "_i_", "| cell", "# head",
                           "https://x", "@someone", "&lt;", "~~s~~", "\\|"}) {
    const std::string shown = markdown_text(text);
    for (const char mark : std::string("<>[]()`*_|@:/~\\\"'")) {
      EXPECT_EQ(shown.find(mark), std::string::npos) << shown;
    }
  }
}

TEST(JobSummary, AHostilePathStaysInItsCell) {
  const std::string page =
      job_summary(report_with(1, "models--a/blobs/<img src=x>|\n::set-env"), kFacts, 100'000);
  EXPECT_THAT(page, Not(HasSubstr("<img")));
  EXPECT_THAT(page, Not(HasSubstr("\n::")));
}

TEST(JobSummary, ThePageNeverExceedsItsRoomAndSaysWhatDidNotFit) {
  const Report report = report_with(20'000, std::string(200, 'x'));
  for (const std::size_t room : {300U, 1000U, 5000U, 1'000'000U}) {
    EXPECT_LE(job_summary(report, kFacts, room).size(), room) << room;
  }
  EXPECT_THAT(job_summary(report, kFacts, kMaxSummaryBytes), EndsWith(" more\n"));
  EXPECT_THAT(job_summary(report, kFacts, 100), IsEmpty());
}

TEST(JobSummary, WhatAGuardSawIsAListAndNoMarkup) {
  const std::vector<std::string> lines(3, "refused: <b>`x`");
  const std::string page = guard_summary("hubward guard: enforce", lines, 100'000);
  EXPECT_THAT(page, testing::StartsWith("\n### hubward guard: enforce\n\n- refused&#58; &#60;b"));
  for (std::size_t room = 0; room < 600; room += 7) {
    EXPECT_LE(guard_summary("hubward guard: enforce", lines, room).size(), room);
  }
  EXPECT_THAT(guard_summary("hubward guard: enforce", lines, 290), EndsWith("and 2 more\n"));
}

TEST(JobSummary, TheHeadingStandsAboveAndEachEntryHasARow) {
  const std::string page = job_summary(report_with(0, ""), kFacts, 100'000);
  EXPECT_THAT(page, HasSubstr("\n### hubward: refuse (incomplete)\n"));
  EXPECT_THAT(page, HasSubstr("| org&#47;name | main | complete |"));
}

}  // namespace
}  // namespace hubward
