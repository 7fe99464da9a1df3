// What a JSON report says, read apart from the code that wrote it.
#pragma once

#include <string>
#include <vector>

namespace hubward::test {

struct SeenFinding {
  std::string code;
  std::string finding_class;
  std::string repo;
  std::string path;  ///< in the report's own spelling
  std::string damage;
  std::string expected;
  std::string actual;
  std::string detail;
  std::string remedy;
  std::vector<std::string> affects;

  /// "code path", the spelling of recipes.
  std::string line() const { return code + " " + path; }
};

struct SeenRepo {
  std::string id;
  std::string type;
  std::string revision;
  std::string commit;
  std::string verdict;
  std::string basis;
  bool optional = false;
};

struct SeenReport {
  int exit_code = -1;
  std::string verdict;
  std::vector<SeenRepo> repos;
  std::vector<SeenFinding> findings;

  /// "code path" of each finding, in the report's order.
  std::vector<std::string> lines() const;
};

/// Throws std::runtime_error for what is no report of schema hubward.report/1; null texts are
/// empty.
SeenReport read_report(const std::string& json);

/// The report, indented, with what differs from run to run made equal: version, seconds, and
/// `folder` wherever its path appears.
std::string normalised_report(const std::string& json, const std::string& folder);

}  // namespace hubward::test
