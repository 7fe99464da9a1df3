#include "verifier/report/mend.h"

#include <gtest/gtest.h>

namespace hubward {
namespace {

std::string command(const Finding& finding) { return mending_of({&finding}, "/cache").command; }

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
  EXPECT_EQ(mending_of({&one, &two}, "/cache").command, "");
}

TEST(Mending, NeverWritesACommandOverAHostileName) {
  const Finding finding = make_finding(FindingCode::name_hostile, "plain");
  EXPECT_EQ(command(finding), "");
}

}  // namespace
}  // namespace hubward
