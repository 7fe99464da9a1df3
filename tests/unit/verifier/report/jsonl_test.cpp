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

TEST(JsonLines, OfEveryCodeAreValidAndTogetherTheJsonReport) {
  Report report = report_with_actions();
  for (std::size_t index = 0; index < kFindingCodeCount; ++index) {
    report.findings.push_back(make_finding(static_cast<FindingCode>(index), "models--x/refs/main"));
  }
  EXPECT_EQ(line_violations(render_jsonl(report), render_json(report)), std::vector<std::string>());
}

TEST(JsonLines, ThatLackOneAreAnotherReport) {
  const std::string lines = render_jsonl(sample_report());
  const std::size_t second = lines.find('\n') + 1;
  const std::string without = lines.substr(0, second) + lines.substr(lines.find('\n', second) + 1);
  EXPECT_FALSE(line_violations(without, render_json(sample_report())).empty());
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
