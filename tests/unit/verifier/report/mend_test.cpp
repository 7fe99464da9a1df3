#include "verifier/report/mend.h"

#include <gtest/gtest.h>

namespace hubward {
namespace {

std::string mend(const Finding& finding) { return mend_line({&finding}, "/cache"); }

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

TEST(MendLine, WritesTheCommitIntoARefWithWhiteSpace) {
  Finding finding = make_finding(FindingCode::ref_whitespace, "models--a/refs/main");
  finding.commit = std::string(40, 'a');
  EXPECT_EQ(mend(finding), "rewrite the ref as exactly 40 bytes: printf %s " + finding.commit +
                               " > /cache/models--a/refs/main");
}

TEST(MendLine, WritesTheLockedCommitIntoADriftedRef) {
  Finding finding = make_finding(FindingCode::ref_drift, "models--a/refs/main");
  finding.commit = std::string(40, 'a');
  finding.expected = std::string(40, 'b');
  EXPECT_NE(mend(finding).find("printf %s " + *finding.expected), std::string::npos);
}

TEST(MendLine, RemovesAMarkerByName) {
  const Finding finding =
      make_finding(FindingCode::absent_marker_conflict, "models--a/.no_exist/c/config.json");
  EXPECT_EQ(mend(finding), "remove the marker: rm -- /cache/models--a/.no_exist/c/config.json");
}

TEST(MendLine, NamesNoPathWhenOneCommandCannotMendAll) {
  const Finding one = make_finding(FindingCode::unlisted_file, "a");
  const Finding two = make_finding(FindingCode::unlisted_file, "b");
  EXPECT_EQ(mend_line({&one, &two}, "/cache"), "remove the file, or update the lock");
}

TEST(MendLine, NeverWritesACommandOverAHostileName) {
  const Finding finding = make_finding(FindingCode::name_hostile, "plain");
  EXPECT_EQ(mend(finding).find("rm "), std::string::npos);
}

TEST(MendLine, ForEveryCodeNamesOnlyCommandsOfThisVersion) {
  for (std::size_t index = 0; index < kFindingCodeCount; ++index) {
    const std::string line = mend(make_finding(static_cast<FindingCode>(index), "p"));
    for (const std::string_view absent :
         {"hubward fetch", "hubward repair", "hubward gate", "hubward lock", "hubward doctor"}) {
      EXPECT_EQ(line.find(absent), std::string::npos) << line;
    }
  }
}

}  // namespace
}  // namespace hubward
