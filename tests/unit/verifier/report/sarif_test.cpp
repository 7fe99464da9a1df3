#include "verifier/report/sarif.h"

#include "tests/support/files.h"
#include "tests/support/golden.h"
#include "tests/support/json_schema.h"
#include "tests/support/source_dir.h"
#include "tests/support/source_tree.h"
#include "tests/unit/verifier/report/sample_report.h"
#include <hubward/version.h>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <set>

namespace hubward::test {
namespace {

using Json = nlohmann::ordered_json;

constexpr char kSchema[] = "fixtures/schemas/sarif-schema-2.1.0.json";
const CheckoutFiles kFiles{.manifest = "test/model_manifest.txt",
                           .lock = "test/model_manifest.lock.toml"};

Json run_of(const Report& report, const CheckoutFiles& files = kFiles) {
  return Json::parse(render_sarif(report, files)).at("runs").at(0);
}

Json results_of(const Report& report, const CheckoutFiles& files = kFiles) {
  return run_of(report, files).at("results");
}

Json place_in(const Json& result) {
  return result.at("locations").at(0).at("physicalLocation").at("artifactLocation");
}

/// Without the rules, which are the table of codes once more.
std::string without_rules(const Report& report) {
  Json log = Json::parse(render_sarif(report, kFiles));
  Json& driver = log["runs"][0]["tool"]["driver"];
  driver.erase("rules");
  driver["version"] = "VERSION";
  return log.dump(2) + "\n";
}

Report report_of(Finding finding) {
  Report report = whole_report();
  report.findings = {std::move(finding)};
  return report;
}

TEST(Sarif, ASampleIsSpelledAsTheGoldenFileHasIt) {
  expect_golden("fixtures/golden/report.sarif", without_rules(sample_with_lines()));
}

TEST(Sarif, AWholeCacheIsSpelledAsTheGoldenFileHasIt) {
  expect_golden("fixtures/golden/report-whole.sarif", without_rules(whole_report()));
}

TEST(Sarif, OfEveryCodeIsValidAgainstTheStandardsSchema) {
  Report report = sample_with_lines();
  for (std::size_t index = 0; index < kFindingCodeCount; ++index) {
    report.findings.push_back(make_finding(static_cast<FindingCode>(index), "models--x/refs/main"));
  }
  report.findings.push_back(make_finding(FindingCode::repo_missing, ""));
  EXPECT_EQ(reference_violation(kSchema, render_sarif(report, kFiles)), "");
}

TEST(Sarif, OfAWholeCacheIsValidAgainstTheStandardsSchema) {
  EXPECT_EQ(reference_violation(kSchema, render_sarif(whole_report(), {})), "");
}

TEST(Sarif, TheStandardsSchemaRefusesALevelThatIsNone) {
  std::string text = render_sarif(sample_report(), kFiles);
  const std::string level = R"("level": "error",)";
  text.replace(text.rfind(level), level.size(), R"("level": "fatal",)");
  EXPECT_NE(reference_violation(kSchema, text), "");
  EXPECT_FALSE(schema_violations(read_file(source_dir() + "/" + kSchema), text).empty());
}

TEST(Sarif, HasARuleForEachCodeInTheOrderOfTheCodes) {
  const Json rules = run_of(whole_report()).at("tool").at("driver").at("rules");
  ASSERT_EQ(rules.size(), kFindingCodeCount);
  const std::string page = source_text("docs/findings.md");
  for (std::size_t index = 0; index < kFindingCodeCount; ++index) {
    const std::string code(to_string(static_cast<FindingCode>(index)));
    EXPECT_EQ(rules[index]["id"], code);
    EXPECT_NE(rules[index]["help"]["text"].get<std::string>().find("docs/findings.md#" + code),
              std::string::npos);
    EXPECT_NE(page.find("\n## " + code + "\n"), std::string::npos) << "the anchor of the help";
    // Longer ones GitHub does not take.
    EXPECT_LE(rules[index]["fullDescription"]["text"].get<std::string>().size(), 1024U) << code;
  }
  const Json results = results_of(sample_report());
  for (const Json& result : results) {
    EXPECT_EQ(rules.at(result["ruleIndex"].get<std::size_t>())["id"], result["ruleId"]);
  }
}

TEST(Sarif, TheLocksLineIsShownBeforeTheManifests) {
  Finding finding = make_finding(FindingCode::blob_corrupt, "models--a/blobs/b");
  finding.manifest_line = 3;
  Report report = report_of(finding);
  report.lock_path = "x.lock.toml";
  Json physical = results_of(report)[0]["locations"][0]["physicalLocation"];
  EXPECT_EQ(physical["artifactLocation"]["uri"], "test/model_manifest.txt");
  EXPECT_EQ(physical["artifactLocation"]["uriBaseId"], "SRCROOT");
  EXPECT_EQ(physical["region"]["startLine"], 3);
  report.findings[0].lock_line = 12;
  physical = results_of(report)[0]["locations"][0]["physicalLocation"];
  EXPECT_EQ(physical["artifactLocation"]["uri"], "test/model_manifest.lock.toml");
  EXPECT_EQ(physical["region"]["startLine"], 12);
}

// GitHub shows no result without a location.
TEST(Sarif, WhatNoTextNamesIsShownAtItsPathInTheCache) {
  Report report = report_of(make_finding(FindingCode::orphan_blob, "models--a/blobs/b"));
  EXPECT_EQ(place_in(results_of(report)[0]),
            Json({{"uri", "models--a/blobs/b"}, {"uriBaseId", "HUB_CACHE"}}));
  report.findings[0].path = "";
  EXPECT_EQ(place_in(results_of(report)[0]), Json({{"uri", "./"}, {"uriBaseId", "HUB_CACHE"}}));
  report.cache_path = "/home/a b/hub";
  report.findings[0].path = "../token";
  EXPECT_EQ(place_in(results_of(report)[0]), Json({{"uri", "file:///home/a%20b/token"}}));
  EXPECT_EQ(run_of(report)["originalUriBaseIds"]["HUB_CACHE"]["uri"], "file:///home/a%20b/hub/");
}

TEST(Sarif, ATextOutsideOfTheCheckoutIsNamedInTheMessage) {
  Finding finding = make_finding(FindingCode::blob_corrupt, "models--a/blobs/b");
  finding.manifest_line = 3;
  Report report = report_of(finding);
  report.manifest_path = "/etc/models.txt";
  const Json result = results_of(report, {})[0];
  EXPECT_TRUE(result["message"]["text"].get<std::string>().starts_with("/etc/models.txt:3: the "));
  EXPECT_EQ(place_in(result)["uriBaseId"], "HUB_CACHE");
}

std::string print_of(const Finding& finding) {
  return results_of(report_of(finding))[0]["partialFingerprints"]["primaryLocationLineHash"];
}

TEST(Sarif, AFingerprintIsThatOfCodeRepoRevisionAndPathAlone) {
  Finding finding = make_finding(FindingCode::blob_corrupt, "models--a/blobs/b");
  finding.repo = "models/a";
  finding.revision = "main";
  const std::string print = print_of(finding);
  EXPECT_EQ(print.size(), 18U) << "as GitHub's own look: 16 hex digits and a count";
  Finding moved = finding;
  moved.manifest_line = 9;
  moved.actual = "sha1:0";
  moved.detail = "cut";
  EXPECT_EQ(print_of(moved), print);
  std::set<std::string> prints = {print};
  for (const auto& [member, value] :
       {std::pair(&Finding::repo, "models/b"), std::pair(&Finding::revision, "v2"),
        std::pair(&Finding::path, "models--a/blobs/c")}) {
    Finding other = finding;
    other.*member = value;
    prints.insert(print_of(other));
  }
  Finding other = finding;
  other.code = FindingCode::oid_mismatch;
  prints.insert(print_of(other));
  EXPECT_EQ(prints.size(), 5U);
}

TEST(Sarif, NoNameBecomesALinkOrAPlaceOfAMessage) {
  Finding finding = make_finding(FindingCode::name_hostile, "a/[fine](https://x.example)");
  finding.actual = "{0} \\u{2028} {x} [a](1)";
  const std::string text = results_of(report_of(finding))[0]["message"]["text"];
  EXPECT_EQ(text.find("]("), std::string::npos) << text;
  EXPECT_EQ(text.find("{0}"), std::string::npos) << text;
  EXPECT_NE(text.find("[fine]\\x28https://x.example)"), std::string::npos) << text;
  EXPECT_NE(text.find("{x}"), std::string::npos) << "braces that name no argument stay";
}

TEST(Sarif, BytesOfEveryKindMakeOnePathOfAUri) {
  const std::string path = "a:b/\n]]><\xff\u202e%20?#";
  const Json place =
      place_in(results_of(report_of(make_finding(FindingCode::orphan_blob, path)))[0]);
  EXPECT_EQ(place["uri"], "a%3Ab/%0A%5D%5D%3E%3C%FF%E2%80%AE%2520%3F%23");
}

TEST(Sarif, OfMoreThanGitHubTakesTheWorstAreWrittenAndTheRestIsCounted) {
  EXPECT_EQ(kMaxSarifResults, 25'000U);
  Report report = whole_report();
  for (const char* name : {"1", "2", "3"}) {
    report.findings.push_back(make_finding(FindingCode::orphan_blob, name));
  }
  const auto run = [&] { return Json::parse(render_sarif(report, kFiles, 3)).at("runs").at(0); };
  EXPECT_FALSE(run()["invocations"][0].contains("toolExecutionNotifications"));
  report.findings.insert(report.findings.begin(), make_finding(FindingCode::blob_corrupt, "b"));
  const Json cut = run();
  ASSERT_EQ(cut["results"].size(), 3U);
  EXPECT_EQ(cut["results"][0]["ruleId"], "blob-corrupt");
  EXPECT_EQ(cut["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"],
            "1 finding less grave left out");
}

TEST(Sarif, TwoManifestsAreTwoAnalyses) {
  EXPECT_EQ(run_of(whole_report())["automationDetails"]["id"], "hubward/test/model_manifest.txt/");
  EXPECT_EQ(run_of(whole_report(), {})["automationDetails"]["id"], "hubward/");
}

}  // namespace
}  // namespace hubward::test
