#include "verifier/report/json.h"

#include "tests/support/golden.h"
#include "tests/support/json_schema.h"
#include "tests/unit/verifier/report/sample_report.h"
#include <hubward/version.h>

#include <gtest/gtest.h>

namespace hubward {
namespace {

std::string violation(const std::string& report) {
  return test::reference_violation("docs/report.schema.json", report);
}

TEST(JsonReport, ReadsAsTheGoldenPageSays) {
  std::string json = render_json(test::sample_report());
  const std::string version = std::string("\"version\": \"") + kVersion + "\"";
  json.replace(json.find(version), version.size(), "\"version\": \"VERSION\"");
  test::expect_golden("fixtures/golden/report.json", json);
}

TEST(JsonReport, OfEveryCodeIsValidAgainstTheShippedSchema) {
  Report report = test::sample_report();
  for (std::size_t index = 0; index < kFindingCodeCount; ++index) {
    report.findings.push_back(make_finding(static_cast<FindingCode>(index), "models--x/refs/main"));
  }
  EXPECT_EQ(violation(render_json(report)), "");
}

TEST(JsonReport, WithoutManifestAndLockIsValidAgainstTheShippedSchema) {
  Report report;
  report.cache_path = "/cache";
  report.cache_source = "default";
  EXPECT_EQ(violation(render_json(report)), "");
}

TEST(JsonReport, WithActionsIsValidAgainstTheShippedSchema) {
  Report report = test::whole_report();
  report.actions = {
      {Action{"quarantine", "models--gpt2/blobs/\xff", "bad"}, Action{"fetch", "", ""}}};
  EXPECT_EQ(violation(render_json(report)), "");
}

TEST(ReportSchema, RefusesAKeyItDoesNotKnow) {
  std::string json = render_json(test::whole_report());
  json.insert(json.find("\"exit_code\""), "\"surprise\": 1, ");
  EXPECT_NE(violation(json), "");
}

TEST(ReportSchema, RefusesACodeItDoesNotKnow) {
  std::string json = render_json(test::sample_report());
  const std::string code = "\"blob-corrupt\"";
  json.replace(json.find(code), code.size(), "\"blob-odd\"");
  EXPECT_NE(violation(json), "");
}

TEST(JsonReport, HasNoActionsWhereNoneCouldBeTaken) {
  EXPECT_EQ(render_json(test::whole_report()).find("\"actions\""), std::string::npos);
}

TEST(JsonReport, KeepsAThousandAffectedPathsAndTheTrueCount) {
  Report report = test::whole_report();
  Finding finding = make_finding(FindingCode::blob_corrupt, "b");
  finding.affects.assign(kMaxAffects + 1, "a-path-that-suffers");
  finding.affects_total = kMaxAffects + 1;
  report.findings = {finding};
  const std::string json = render_json(report);
  std::size_t count = 0;
  for (auto at = json.find("a-path-that-suffers"); at != std::string::npos;
       at = json.find("a-path-that-suffers", at + 1)) {
    ++count;
  }
  EXPECT_EQ(count, kMaxAffects);
  EXPECT_NE(json.find("\"affects_total\": 1001"), std::string::npos);
}

TEST(JsonReport, SpellsBytesThatAreNotTextReversibly) {
  Report report = test::whole_report();
  report.findings = {make_finding(FindingCode::name_hostile, "a\xff\\b")};
  EXPECT_NE(render_json(report).find(R"("path": "a\\xff\\\\b")"), std::string::npos);
}

TEST(JsonReport, RoundsSecondsToMilliseconds) {
  EXPECT_NE(render_json(test::sample_report()).find("\"seconds\": 1.234\n"), std::string::npos);
}

}  // namespace
}  // namespace hubward
