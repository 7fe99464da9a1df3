#include "verifier/report/github.h"

#include "tests/support/golden.h"
#include "tests/support/source_tree.h"
#include "tests/unit/verifier/report/sample_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hubward::test {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

const CheckoutFiles kFiles{.manifest = "test/model_manifest.txt",
                           .lock = "test/model_manifest.lock.toml"};

std::vector<std::string> lines(const Report& report, const CheckoutFiles& files = kFiles,
                               Verbosity verbosity = Verbosity::normal) {
  return lines_of(render_github(report, files, verbosity));
}

Report report_of(std::size_t count, FindingCode code) {
  Report report;
  report.manifest_path = "test/model_manifest.txt";
  report.lock_path = "test/model_manifest.lock.toml";
  for (std::size_t i = 0; i < count; ++i) {
    report.findings.push_back(make_finding(code, "models--a/" + std::to_string(i)));
  }
  return report;
}

TEST(Github, ASampleIsSpelledAsTheGoldenFileHasIt) {
  expect_golden("fixtures/golden/report.github",
                render_github(sample_with_lines(), kFiles, Verbosity::verbose));
}

TEST(Github, AWholeCacheIsNotAnnotated) { EXPECT_THAT(lines(whole_report()), SizeIs(0)); }

TEST(Github, DataAndPropertiesAreEscapedAsTheRunnerReadsThem) {
  EXPECT_EQ(escaped_data("100%\r\na:b,c"), "100%25%0D%0Aa:b,c");
  EXPECT_EQ(escaped_property("100%\r\na:b,c"), "100%25%0D%0Aa%3Ab%2Cc");
  EXPECT_EQ(escaped_data("%0A"), "%250A") << "what was escaped before stays what it was";
}

TEST(Github, TheLocksLineIsShownBeforeTheManifests) {
  Report report = report_of(1, FindingCode::blob_corrupt);
  report.findings[0].manifest_line = 3;
  EXPECT_THAT(lines(report)[0], StartsWith("::error file=test/model_manifest.txt,line=3,title="));
  report.findings[0].lock_line = 12;
  EXPECT_THAT(lines(report)[0],
              StartsWith("::error file=test/model_manifest.lock.toml,line=12,title="));
}

TEST(Github, AFileOutsideOfTheCheckoutIsNamedInTheText) {
  Report report = report_of(1, FindingCode::blob_corrupt);
  report.manifest_path = "/etc/models.txt";
  report.findings[0].manifest_line = 3;
  EXPECT_THAT(lines(report, {})[0],
              StartsWith("::error title=hubward%3A blob-corrupt::/etc/models.txt:3: the bytes"));
}

TEST(Github, WhatStandsInNoTextHasNoPlace) {
  EXPECT_THAT(lines(report_of(1, FindingCode::blob_corrupt))[0],
              StartsWith("::error title=hubward%3A blob-corrupt::the bytes"));
}

TEST(Github, AnOddNameOfTheManifestStaysOneProperty) {
  Report report = report_of(1, FindingCode::blob_corrupt);
  report.findings[0].manifest_line = 1;
  const CheckoutFiles odd{.manifest = "a,line=9:b%.txt", .lock = std::nullopt};
  EXPECT_THAT(lines(report, odd)[0],
              StartsWith("::error file=a%2Cline=9%3Ab%25.txt,line=1,title="));
}

TEST(Github, TenOfAKindAreShownAndOfElevenTheNineWorst) {
  EXPECT_THAT(lines(report_of(10, FindingCode::file_missing)), SizeIs(10));
  Report report = report_of(10, FindingCode::file_missing);
  report.findings.insert(report.findings.begin(), make_finding(FindingCode::blob_corrupt, "b"));
  const std::vector<std::string> shown = lines(report);
  ASSERT_THAT(shown, SizeIs(10));
  EXPECT_THAT(shown[0], HasSubstr("blob-corrupt"));
  EXPECT_THAT(shown[8], HasSubstr("models--a/7"));
  EXPECT_EQ(shown[9], "::error title=hubward::and 2 more; the job summary lists them");
}

TEST(Github, EachKindHasItsOwnTen) {
  Report report = report_of(30, FindingCode::file_missing);
  for (int i = 0; i < 30; ++i) {
    report.findings.push_back(make_finding(FindingCode::pointer_copied, "w"));
    report.findings.push_back(make_finding(FindingCode::orphan_blob, "n"));
  }
  sort_findings(report.findings);
  EXPECT_THAT(lines(report), SizeIs(20)) << "notes only where they are asked for";
  const auto all = lines(report, kFiles, Verbosity::verbose);
  ASSERT_THAT(all, SizeIs(30));
  EXPECT_THAT(all[19], StartsWith("::warning title=hubward::and 21 more"));
  EXPECT_THAT(all[29], StartsWith("::notice title=hubward::and 21 more"));
}

TEST(Github, NoLineOfACacheBecomesACommand) {
  Report report = report_of(1, FindingCode::pointer_escapes);
  report.findings[0].path = "models--a/x\n::stop-commands::y\r::error::z";
  report.findings[0].actual = "\\x0a::set-output";
  const std::vector<std::string> shown = lines(report);
  ASSERT_THAT(shown, SizeIs(1));
  EXPECT_THAT(shown[0], Not(HasSubstr("\r")));
  EXPECT_THAT(shown[0], StartsWith("::error "));
}

}  // namespace
}  // namespace hubward::test
