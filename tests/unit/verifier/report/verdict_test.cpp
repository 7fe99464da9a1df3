#include <hubward/report.h>

#include <gtest/gtest.h>

namespace hubward {
namespace {

RepoRow row(std::string_view id, std::optional<Basis> basis, bool optional = false) {
  return RepoRow{.repo = *RepoId::parse(RepoType::model, id),
                 .revision = Revision::main(),
                 .commit = std::nullopt,
                 .basis = basis,
                 .optional = optional};
}

TEST(VerdictLine, NamesTheBasesStrongestFirst) {
  Report report;
  report.repos = {row("a", Basis::assumed), row("b", Basis::lock), row("c", Basis::lock)};
  EXPECT_EQ(verdict_line(report), "complete (lock 2, assumed 1)");
}

TEST(VerdictLine, CountsNeitherOptionalEntriesNorThoseWithoutABasis) {
  Report report;
  report.verdict = Verdict::incomplete;
  report.repos = {row("a", Basis::tree), row("b", Basis::tree, true), row("c", std::nullopt)};
  EXPECT_EQ(verdict_line(report), "incomplete (tree 1)");
}

TEST(VerdictLine, SaysTheVerdictAloneWhereNoEntryHasABasis) {
  EXPECT_EQ(verdict_line(Report{}), "complete");
}

TEST(Verdict, LeadsToTheContractsExitCodes) {
  EXPECT_EQ(exit_code_of(Verdict::complete), 0);
  EXPECT_EQ(exit_code_of(Verdict::incomplete), 1);
  EXPECT_EQ(exit_code_of(Verdict::corrupt), 2);
}

TEST(ReportWords, AreReadBackAsTheyAreWritten) {
  for (const Basis basis : {Basis::assumed, Basis::tree, Basis::lock}) {
    EXPECT_EQ(basis_from(to_string(basis)), basis);
  }
  for (const Level level : {Level::layout, Level::size, Level::content}) {
    EXPECT_EQ(level_from(to_string(level)), level);
  }
  EXPECT_EQ(basis_from("Lock"), std::nullopt);
  EXPECT_EQ(level_from("full"), std::nullopt);
}

}  // namespace
}  // namespace hubward
