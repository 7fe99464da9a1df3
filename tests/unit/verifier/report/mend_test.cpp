#include "verifier/report/mend.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace hubward {
namespace {

Report report_of_cache() {
  Report report;
  report.cache_path = "/cache";
  return report;
}

std::string command(const Finding& finding) {
  return mending_of({&finding}, report_of_cache()).command;
}

TEST(ShellWord, LeavesPlainNamesAsTheyAre) {
  EXPECT_EQ(shell_word("/cache/models--a/refs/main"), "/cache/models--a/refs/main");
}

TEST(ShellWord, QuotesWhatAShellWouldRead) {
  EXPECT_EQ(shell_word("/my cache/$(x)"), "'/my cache/$(x)'");
}

TEST(ShellWord, GivesUpOnBytesThatAreNotFitToBePasted) {
  EXPECT_EQ(shell_word("a'b"), "");
  EXPECT_EQ(shell_word("a\nb"), "");
  EXPECT_EQ(shell_word("a\xff"), "");
  EXPECT_EQ(shell_word(""), "");
}

TEST(Mending, RepairsWhatNeedsNoDownload) {
  for (const FindingCode code :
       {FindingCode::ref_whitespace, FindingCode::ref_drift, FindingCode::pointer_as_text,
        FindingCode::pointer_absolute, FindingCode::absent_marker_conflict}) {
    EXPECT_EQ(command(make_finding(code, "p")), "hubward repair") << to_string(code);
  }
}

TEST(Mending, NamesNoPathWhenOneCommandCannotMendAll) {
  const Finding one = make_finding(FindingCode::unlisted_file, "a");
  const Finding two = make_finding(FindingCode::unlisted_file, "b");
  EXPECT_EQ(mending_of({&one, &two}, report_of_cache()).command, "");
}

TEST(Mending, LooksWhereTheReportDid) {
  Report report = report_of_cache();
  report.place_flags = " --cache-dir 'my cache'";
  for (const auto& [code, wanted] :
       std::map<FindingCode, std::string>{{FindingCode::file_missing, "hubward fetch"},
                                          {FindingCode::ref_drift, "hubward repair"},
                                          {FindingCode::unsteady, "hubward verify"}}) {
    const Finding finding = make_finding(code, "p");
    EXPECT_EQ(mending_of({&finding}, report).command, wanted + " --cache-dir 'my cache'");
  }
  const Finding removed = make_finding(FindingCode::unlisted_file, "p");
  EXPECT_EQ(mending_of({&removed}, report).command, "rm -- /cache/p");
}

TEST(Mending, NeverWritesACommandOverAHostileName) {
  const Finding finding = make_finding(FindingCode::name_hostile, "plain");
  EXPECT_EQ(command(finding), "");
}

}  // namespace
}  // namespace hubward
