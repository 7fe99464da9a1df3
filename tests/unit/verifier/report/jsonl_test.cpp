#include "verifier/report/jsonl.h"

#include "tests/support/files.h"
#include "tests/support/golden.h"
#include "tests/support/json_schema.h"
#include "tests/support/source_dir.h"
#include "tests/support/source_tree.h"
#include "tests/unit/verifier/report/sample_report.h"
#include "verifier/report/json.h"
#include <hubward/version.h>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace hubward::test {
namespace {

using Json = nlohmann::ordered_json;

std::vector<Json> records_of(const Report& report) {
  std::vector<Json> records;
  for (const std::string& line : lines_of(render_jsonl(report))) {
    records.push_back(Json::parse(line));
  }
  return records;
}

Json without_head(Json record) {
  record.erase("record");
  record.erase("schema");
  return record;
}

Report report_with_actions() {
  Report report = sample_report();
  report.actions = {{Action{"quarantine", "models--gpt2/blobs/\xff", "bad"}}};
  return report;
}

TEST(JsonLines, AreThoseOfTheGoldenFile) {
  std::string text = render_jsonl(sample_report());
  const std::string version = std::string("\"version\":\"") + kVersion + "\"";
  text.replace(text.find(version), version.size(), "\"version\":\"VERSION\"");
  expect_golden("fixtures/golden/report.jsonl", text);
}

TEST(JsonLines, OfAWholeCacheAreAStartAndASummary) {
  const auto records = records_of(whole_report());
  ASSERT_EQ(records.size(), 2U);
  EXPECT_EQ(records[0]["record"], "start");
  EXPECT_EQ(records[1]["record"], "summary");
}

TEST(JsonLines, TogetherAreTheJsonReport) {
  const Report report = report_with_actions();
  const std::vector<Json> records = records_of(report);
  ASSERT_EQ(records.size(), report.findings.size() + 2);
  Json rebuilt = without_head(records.front());
  rebuilt.update(without_head(records.back()));
  rebuilt["schema"] = "hubward.report/1";
  rebuilt["findings"] = Json::array();
  for (std::size_t at = 1; at + 1 < records.size(); ++at) {
    EXPECT_EQ(records[at]["record"], "finding");
    rebuilt["findings"].push_back(without_head(records[at]));
  }
  // Without order: what a program sees of an object.
  EXPECT_EQ(nlohmann::json(rebuilt), nlohmann::json::parse(render_json(report)));
}

TEST(JsonLines, OfEveryCodeAreValidAgainstTheShippedSchema) {
  Report report = report_with_actions();
  for (std::size_t index = 0; index < kFindingCodeCount; ++index) {
    report.findings.push_back(make_finding(static_cast<FindingCode>(index), "models--x/refs/main"));
  }
  const std::string schema = read_file(source_dir() + "/docs/report-lines.schema.json");
  for (const std::string& line : lines_of(render_jsonl(report))) {
    EXPECT_EQ(schema_violations(schema, line), std::vector<std::string>());
  }
}

TEST(JsonLines, OfANameWithNewlinesIsStillOneLine) {
  Report report = whole_report();
  report.findings = {
      make_finding(FindingCode::name_hostile, "a\n{\"record\":\"summary\"}\r\u2028b")};
  const std::vector<std::string> lines = lines_of(render_jsonl(report));
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_EQ(lines[1].find("\u2028"), std::string::npos);
  EXPECT_EQ(Json::parse(lines[1])["path"], "a\n{\"record\":\"summary\"}\r\u2028b");
}

// A reader of lines and one of whole reports may share what they make of a finding.
TEST(LinesSchema, SaysOfEachMemberWhatTheReportsSchemaSays) {
  const auto parsed = [](const std::string& name) {
    return nlohmann::json::parse(read_file(source_dir() + "/docs/" + name));
  };
  const nlohmann::json lines = parsed("report-lines.schema.json").at("$defs");
  const nlohmann::json report = parsed("report.schema.json");
  nlohmann::json seen = nlohmann::json::object();
  for (const char* record : {"start", "summary"}) seen.update(lines.at(record).at("properties"));
  seen["schema"] = report["properties"]["schema"];
  seen["findings"] = report["properties"]["findings"];
  seen.erase("record");
  EXPECT_EQ(seen, report["properties"]);
  nlohmann::json finding = lines.at("finding").at("properties");
  finding.erase("record");
  finding.erase("schema");
  EXPECT_EQ(finding, report["$defs"]["finding"]["properties"]);
  for (const char* shared : {"count", "path", "verdict", "repo"}) {
    EXPECT_EQ(lines.at(shared), report["$defs"][shared]) << shared;
  }
}

}  // namespace
}  // namespace hubward::test
