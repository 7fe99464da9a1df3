#include <hubward/finding.h>

#include <gtest/gtest.h>

#include <set>

namespace hubward {
namespace {

std::vector<FindingCode> all_codes() {
  std::vector<FindingCode> codes;
  for (std::size_t index = 0; index < kFindingCodeCount; ++index) {
    codes.push_back(static_cast<FindingCode>(index));
  }
  return codes;
}

TEST(FindingTable, EveryNameLeadsBackToItsCode) {
  for (const FindingCode code : all_codes()) {
    EXPECT_EQ(finding_code_from(to_string(code)), code) << to_string(code);
  }
}

TEST(FindingTable, NamesAreLowercaseWordsJoinedByHyphens) {
  for (const FindingCode code : all_codes()) {
    EXPECT_EQ(to_string(code).find_first_not_of("abcdefghijklmnopqrstuvwxyz-"),
              std::string_view::npos)
        << to_string(code);
  }
}

TEST(FindingTable, NoTwoCodesShareAName) {
  std::set<std::string_view> names;
  for (const FindingCode code : all_codes()) names.insert(to_string(code));
  EXPECT_EQ(names.size(), kFindingCodeCount);
}

TEST(FindingTable, ANameThatIsNoCodeIsNone) {
  EXPECT_EQ(finding_code_from("blob_corrupt"), std::nullopt);
  EXPECT_EQ(finding_code_from(""), std::nullopt);
}

TEST(FindingTable, ClassesAreTheContracts) {
  EXPECT_EQ(text_of(FindingCode::repo_missing).finding_class, FindingClass::incomplete);
  EXPECT_EQ(text_of(FindingCode::not_proven).finding_class, FindingClass::incomplete);
  EXPECT_EQ(text_of(FindingCode::blob_corrupt).finding_class, FindingClass::corrupt);
  EXPECT_EQ(text_of(FindingCode::unsteady).finding_class, FindingClass::corrupt);
  EXPECT_EQ(text_of(FindingCode::pointer_escapes).finding_class, FindingClass::hostile);
  EXPECT_EQ(text_of(FindingCode::directory_link).finding_class, FindingClass::warning);
  EXPECT_EQ(text_of(FindingCode::listing_malformed).finding_class, FindingClass::warning);
  EXPECT_EQ(text_of(FindingCode::client_blind).finding_class, FindingClass::note);
  EXPECT_EQ(text_of(FindingCode::unexpected_entry).finding_class, FindingClass::note);
  EXPECT_EQ(text_of(FindingCode::secret_in_cache).finding_class, FindingClass::hostile);
}

TEST(FindingTable, DriftIsMendedByRepairAndNotByADownload) {
  EXPECT_EQ(text_of(FindingCode::ref_drift).remedy, Remedy::repair);
}

TEST(FindingTable, AMadeFindingTakesClassAndRemedyFromItsRow) {
  const Finding finding = make_finding(FindingCode::ref_whitespace, "models--gpt2/refs/main");
  EXPECT_EQ(finding.finding_class, FindingClass::corrupt);
  EXPECT_EQ(finding.remedy, Remedy::repair);
  EXPECT_EQ(finding.path, "models--gpt2/refs/main");
  EXPECT_EQ(finding.affects_total, 0U);
}

Finding at(FindingCode code, std::string repo, std::string revision, std::string path) {
  Finding finding = make_finding(code, std::move(path));
  finding.repo = std::move(repo);
  finding.revision = std::move(revision);
  return finding;
}

TEST(SortFindings, OrdersByClassThenRepoThenRevisionThenPathThenCode) {
  std::vector<Finding> findings = {
      at(FindingCode::orphan_blob, "", "", "a"),
      at(FindingCode::blob_corrupt, "models/b", "main", "z"),
      at(FindingCode::ref_drift, "models/a", "main", "y"),
      at(FindingCode::blob_corrupt, "models/a", "main", "y"),
      at(FindingCode::blob_corrupt, "models/a", "main", "x"),
      at(FindingCode::blob_corrupt, "models/a", "dev", "z"),
      at(FindingCode::pointer_escapes, "models/z", "main", "z"),
  };
  sort_findings(findings);
  std::vector<std::string> order;
  for (const Finding& finding : findings) {
    order.push_back(finding.repo + " " + finding.revision + " " + finding.path + " " +
                    std::string(to_string(finding.code)));
  }
  EXPECT_EQ(order,
            (std::vector<std::string>{"models/z main z pointer-escapes",
                                      "models/a dev z blob-corrupt", "models/a main x blob-corrupt",
                                      "models/a main y blob-corrupt", "models/a main y ref-drift",
                                      "models/b main z blob-corrupt", "  a orphan-blob"}));
}

TEST(SortFindings, ComparesPathsAsUnsignedBytes) {
  std::vector<Finding> findings = {at(FindingCode::orphan_blob, "", "", "\xff"),
                                   at(FindingCode::orphan_blob, "", "", "z")};
  sort_findings(findings);
  EXPECT_EQ(findings.front().path, "z");
}

}  // namespace
}  // namespace hubward
