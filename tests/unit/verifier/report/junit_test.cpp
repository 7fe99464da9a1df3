#include "verifier/report/junit.h"

#include "tests/support/golden.h"
#include "tests/support/xml_schema.h"
#include "tests/unit/verifier/report/sample_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hubward::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kSchema[] = "fixtures/schemas/junit-10.xsd";
const std::string kCommit(40, 'a');
const std::string kSnapshot = "models--gpt2/snapshots/" + kCommit + "/";

/// The sample with the files of its first entry, one of which leads to the bad blob.
Report sample_with_files() {
  Report report = sample_report();
  report.repos[0].judged = {
      {kSnapshot + "config.json", "models--gpt2/blobs/" + std::string(40, '1')},
      {kSnapshot + "model.safetensors", "models--gpt2/blobs/" + std::string(64, 'b')}};
  return report;
}

Report whole_with_files() {
  Report report = whole_report();
  report.repos[0].judged = {{kSnapshot + "config.json", "models--gpt2/blobs/1"},
                            {kSnapshot + "model.safetensors", "models--gpt2/blobs/2"}};
  return report;
}

Finding of_gpt2(FindingCode code, const std::string& path) {
  Finding finding = make_finding(code, path);
  finding.repo = "models/gpt2";
  finding.revision = "main";
  return finding;
}

std::string count_of(const std::string& xml, const std::string& nodes) {
  return xpath(xml, "count(" + nodes + ")");
}

TEST(Junit, ASampleIsSpelledAsTheGoldenFileHasIt) {
  expect_golden("fixtures/golden/report.junit.xml", render_junit(sample_with_files()));
}

TEST(Junit, AWholeCacheIsSpelledAsTheGoldenFileHasIt) {
  expect_golden("fixtures/golden/report-whole.junit.xml", render_junit(whole_with_files()));
}

TEST(Junit, OfEveryCodeIsWhatJenkinsReads) {
  Report report = sample_with_files();
  for (std::size_t index = 0; index < kFindingCodeCount; ++index) {
    report.findings.push_back(make_finding(static_cast<FindingCode>(index), "models--x/refs/main"));
  }
  sort_findings(report.findings);
  EXPECT_EQ(xml_violation(kSchema, render_junit(report)), "");
  EXPECT_EQ(xml_violation(kSchema, render_junit(whole_with_files())), "");
  EXPECT_EQ(xml_violation(kSchema, render_junit(Report{})), "");
}

TEST(Junit, TheSchemaRefusesASuiteThatCountsNoFailures) {
  std::string xml = render_junit(whole_with_files());
  const std::string counted = " failures=\"0\" errors=\"0\" skipped";
  xml.replace(xml.find(counted), counted.size(), " errors=\"0\" skipped");
  EXPECT_NE(xml_violation(kSchema, xml), "");
}

TEST(Junit, WhatFellToAnotherShardIsSkippedAndNotPassed) {
  Report report = whole_with_files();
  report.shard = ShardPart{.shard = {.index = 2, .of = 3},
                           .cache = *Digest::from_hex(std::string(64, '0')),
                           .asked = *Digest::from_hex(std::string(64, '0'))};
  report.repos[0].judged[1].is_left_to_others = true;
  const std::string xml = render_junit(report);
  EXPECT_EQ(xml_violation(kSchema, xml), "");
  EXPECT_EQ(xpath(xml, "string(//testcase[skipped]/@name)"), "model.safetensors");
  EXPECT_EQ(xpath(xml, "string(//skipped/@message)"),
            "not read: its bytes fell to another shard than 2/3");
  EXPECT_EQ(xpath(xml, "string(//testsuite[1]/@skipped)"), "1");
  EXPECT_EQ(xpath(xml, "string(//testsuite[1]/@failures)"), "0");
}

TEST(Junit, WhatFellToAnotherShardAndIsWrongByNameFails) {
  Report report = whole_with_files();
  report.repos[0].judged[1].is_left_to_others = true;
  report.findings = {of_gpt2(FindingCode::size_mismatch, kSnapshot + "model.safetensors")};
  const std::string xml = render_junit(report);
  EXPECT_EQ(count_of(xml, "//testcase[skipped]"), "0");
  EXPECT_EQ(count_of(xml, "//testcase[failure]"), "1");
}

TEST(Junit, TheNumbersAreThoseOfTheCases) {
  const std::string xml = render_junit(sample_with_files());
  EXPECT_EQ(xpath(xml, "string(/testsuites/@tests)"), count_of(xml, "//testcase"));
  EXPECT_EQ(xpath(xml, "string(/testsuites/@failures)"), count_of(xml, "//testcase[failure]"));
  for (const char* number : {"tests", "failures", "skipped", "errors"}) {
    const std::string cases = number == std::string("tests")      ? "testcase"
                              : number == std::string("failures") ? "testcase[failure]"
                              : number == std::string("skipped")  ? "testcase[skipped]"
                                                                  : "testcase[error]";
    EXPECT_EQ(count_of(xml, "//testsuite[@" + std::string(number) + " = count(" + cases + ")]"),
              count_of(xml, "//testsuite"))
        << number;
  }
}

TEST(Junit, AFileFailsWhenTheBytesBehindItAreWrong) {
  Report report = whole_with_files();
  report.findings = {of_gpt2(FindingCode::blob_corrupt, "models--gpt2/blobs/2")};
  const std::string xml = render_junit(report);
  EXPECT_EQ(xpath(xml, "string(//testcase[failure]/@name)"), "model.safetensors");
  EXPECT_EQ(xpath(xml, "string(//failure/@type)"), "blob-corrupt");
  EXPECT_EQ(count_of(xml, "//testcase"), "2");
}

TEST(Junit, EveryEntryThatLeadsToTheBadBytesFails) {
  Report report = whole_with_files();
  report.repos.push_back(report.repos[0]);
  report.repos[1].revision = *Revision::parse("v2");
  report.findings = {of_gpt2(FindingCode::blob_corrupt, "models--gpt2/blobs/2")};
  const std::string xml = render_junit(report);
  EXPECT_EQ(count_of(xml, "//testsuite[@failures = 1]"), "2");
}

TEST(Junit, AnEntryThatIsNotWholeFailsAlsoWhereAnotherTellsWhy) {
  Report report = sample_report();
  report.repos[3] = report.repos[2];
  report.repos[3].revision = *Revision::parse("v2");
  const std::string xml = render_junit(report);
  const std::string suite = "//testsuite[@name = 'datasets/rajpurkar/squad@v2']";
  EXPECT_EQ(xpath(xml, "string(" + suite + "/@failures)"), "1");
  EXPECT_EQ(xpath(xml, "string(" + suite + "/testcase/failure/@type)"), "verdict");
}

TEST(Junit, WhatIsNoFileIsACaseOfItsOwn) {
  Report report = whole_with_files();
  report.findings = {of_gpt2(FindingCode::ref_whitespace, "models--gpt2/refs/main"),
                     of_gpt2(FindingCode::file_missing, kSnapshot + "tokenizer.json")};
  const std::string xml = render_junit(report);
  EXPECT_EQ(xpath(xml, "string((//testcase[failure])[1]/@name)"), "models--gpt2/refs/main");
  EXPECT_EQ(xpath(xml, "string((//testcase[failure])[2]/@name)"), "tokenizer.json");
}

TEST(Junit, TwoFindingsOfAFileAreOneFailureNamedAfterTheWorst) {
  Report report = whole_with_files();
  report.findings = {of_gpt2(FindingCode::blob_corrupt, "models--gpt2/blobs/2"),
                     of_gpt2(FindingCode::shard_missing, kSnapshot + "model.safetensors")};
  const std::string xml = render_junit(report);
  EXPECT_EQ(count_of(xml, "//failure"), "1");
  EXPECT_EQ(xpath(xml, "string(//failure/@type)"), "blob-corrupt");
  EXPECT_THAT(xpath(xml, "string(//failure)"), HasSubstr("shard-missing (incomplete): "));
}

TEST(Junit, WarningsAreSaidAndFailNothing) {
  Report report = whole_with_files();
  report.findings = {of_gpt2(FindingCode::pointer_absolute, kSnapshot + "config.json"),
                     of_gpt2(FindingCode::pointer_copied, "models--gpt2/snapshots/" + kCommit)};
  const std::string xml = render_junit(report);
  EXPECT_EQ(count_of(xml, "//failure"), "0");
  EXPECT_THAT(xpath(xml, "string(//testcase[@name='config.json']/system-out)"),
              HasSubstr("pointer-absolute (warning): "));
  EXPECT_THAT(xpath(xml, "string(//testsuite/system-out)"), HasSubstr("pointer-copied (warning)"));
}

TEST(Junit, AnOptionalEntryThatIsAbsentIsSkipped) {
  const std::string xml = render_junit(sample_report());
  const std::string suite = "//testsuite[@name = 'models/dslim/bert-base-NER@main']";
  EXPECT_EQ(xpath(xml, "string(" + suite + "/@skipped)"), "1");
  EXPECT_EQ(count_of(xml, suite + "/testcase/skipped"), "1");
}

// Jenkins calls a result without a case a failure of the build.
TEST(Junit, ThereIsAlwaysACase) {
  EXPECT_EQ(count_of(render_junit(Report{}), "//testcase[not(failure)]"), "1");
}

TEST(Junit, HostileNamesStayNames) {
  const std::vector<std::string> names = {
      "]]><failure/>", "a\n</testcase>\r", "\u202egpj.exe", "\"' onload='",
      "\xff\xfe",      "x\uFFFEy\uFFFF",   "\x1b[31m",      "&lt;"};
  Report report = whole_report();
  for (const std::string& name : names) {
    report.repos[0].judged.push_back({kSnapshot + name, ""});
    report.findings.push_back(of_gpt2(FindingCode::name_hostile, kSnapshot + name));
    report.findings.back().actual = "]]></failure>";
  }
  const std::string xml = render_junit(report);
  EXPECT_EQ(xml_violation(kSchema, xml), "");
  EXPECT_EQ(count_of(xml, "//testcase"), std::to_string(names.size()));
  EXPECT_EQ(count_of(xml, "//failure"), std::to_string(names.size()));
  EXPECT_EQ(xpath(xml, "string((//testcase)[1]/@name)"), "]]><failure/>");
  EXPECT_EQ(xpath(xml, "string((//testcase)[2]/@name)"), "a\\x0a</testcase>\\x0d");
  EXPECT_EQ(xpath(xml, "string((//testcase)[3]/@name)"), "\\u{202e}gpj.exe");
  EXPECT_EQ(xpath(xml, "string((//testcase)[6]/@name)"), "x\\u{fffe}y\\u{ffff}");
  EXPECT_THAT(xml, Not(HasSubstr("\x1b")));
  EXPECT_THAT(xml, Not(HasSubstr("\u202e")));
}

TEST(Junit, NamesThatLookAlikeInTextAreTwoCases) {
  Report report = whole_report();
  report.repos[0].judged = {{kSnapshot + "a\n", ""}, {kSnapshot + "a\\x0a", ""}};
  const std::string xml = render_junit(report);
  EXPECT_EQ(count_of(xml, "//testcase[@name = (//testcase)[1]/@name]"), "1");
}

}  // namespace
}  // namespace hubward::test
