#include "tests/support/report_view.h"

#include <nlohmann/json.hpp>

#include <stdexcept>

namespace hubward::test {
namespace {

using Json = nlohmann::ordered_json;

std::string text_of(const Json& object, const char* key) {
  const Json& value = object.at(key);
  return value.is_null() ? std::string() : value.get<std::string>();
}

SeenFinding finding_of(const Json& json) {
  SeenFinding finding;
  finding.code = text_of(json, "code");
  finding.finding_class = text_of(json, "class");
  finding.repo = text_of(json, "repo");
  finding.path = text_of(json, "path");
  finding.damage = text_of(json, "damage");
  finding.expected = text_of(json, "expected");
  finding.actual = text_of(json, "actual");
  finding.detail = text_of(json, "detail");
  finding.remedy = text_of(json, "remedy");
  for (const Json& affected : json.at("affects")) {
    finding.affects.push_back(affected.get<std::string>());
  }
  return finding;
}

SeenRepo repo_of(const Json& json) {
  SeenRepo repo;
  repo.id = text_of(json, "id");
  repo.type = text_of(json, "type");
  repo.revision = text_of(json, "revision");
  repo.commit = text_of(json, "commit");
  repo.verdict = text_of(json, "verdict");
  repo.basis = text_of(json, "basis");
  repo.optional = json.at("optional").get<bool>();
  return repo;
}

}  // namespace

std::vector<std::string> SeenReport::lines() const {
  std::vector<std::string> lines;
  for (const SeenFinding& finding : findings) {
    lines.push_back(finding.line());
  }
  return lines;
}

SeenReport read_report(const std::string& text) {
  const Json json = Json::parse(text, nullptr, false);
  if (json.is_discarded()) {
    throw std::runtime_error("no JSON: " + text);
  }
  SeenReport report;
  try {
    if (text_of(json, "schema") != "hubward.report/1") {
      throw std::runtime_error("another schema: " + text_of(json, "schema"));
    }
    report.exit_code = json.at("exit_code").get<int>();
    report.verdict = text_of(json, "verdict");
    for (const Json& repo : json.at("repos")) {
      report.repos.push_back(repo_of(repo));
    }
    for (const Json& finding : json.at("findings")) {
      report.findings.push_back(finding_of(finding));
    }
  } catch (const nlohmann::json::exception& error) {
    throw std::runtime_error(std::string("no report: ") + error.what() + "\n" + text);
  }
  return report;
}

std::string normalised_report(const std::string& text, const std::string& folder) {
  Json json = Json::parse(text);
  json.at("tool").at("version") = "VERSION";
  json.at("totals").at("seconds") = 0;
  std::string flat = json.dump(2);
  for (auto at = flat.find(folder); at != std::string::npos; at = flat.find(folder, at)) {
    flat.replace(at, folder.size(), "FOLDER");
  }
  return flat + "\n";
}

}  // namespace hubward::test
