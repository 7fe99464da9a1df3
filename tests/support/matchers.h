// Matchers that name *which* error or finding is expected: "is not OK" could hold for any reason.
#pragma once

#include <hubward/finding.h>
#include <hubward/report.h>
#include <hubward/result.h>

#include <gmock/gmock.h>

#include <string>

namespace hubward::test {

inline const std::vector<Finding>& findings_in(const std::vector<Finding>& findings) {
  return findings;
}
inline const std::vector<Finding>& findings_in(const Report& report) { return report.findings; }

inline std::string told(const std::vector<Finding>& findings) {
  std::string text;
  for (const Finding& finding : findings) {
    text += "\n  ";
    text += to_string(finding.code);
    text += " " + finding.path;
    if (finding.detail) {
      text += " (" + *finding.detail + ")";
    }
  }
  return text.empty() ? "no finding" : "findings:" + text;
}

/// A Report or list of findings with exactly one, of that code at that path.
MATCHER_P2(HasOnly, code, path,
           std::string("has only ") + std::string(to_string(code)) + " at " + path) {
  const std::vector<Finding>& findings = findings_in(arg);
  *result_listener << told(findings);
  return findings.size() == 1 && findings.front().code == code && findings.front().path == path;
}

/// A Report or list of findings with that one among others.
MATCHER_P2(HasFinding, code, path,
           std::string("has ") + std::string(to_string(code)) + " at " + path) {
  const std::vector<Finding>& findings = findings_in(arg);
  *result_listener << told(findings);
  for (const Finding& finding : findings) {
    if (finding.code == code && finding.path == path) {
      return true;
    }
  }
  return false;
}

MATCHER(HasNoFindings, "has no findings") {
  *result_listener << told(findings_in(arg));
  return findings_in(arg).empty();
}

/// A Result that failed with that kind.
MATCHER_P(FailsWith, kind, "fails with ErrorKind " + std::to_string(static_cast<int>(kind))) {
  if (arg.has_value()) {
    *result_listener << "which succeeded";
    return false;
  }
  *result_listener << "which failed with kind " << static_cast<int>(arg.error().kind) << " at \""
                   << arg.error().where << "\": " << arg.error().what;
  return arg.error().kind == kind;
}

/// A Result that succeeded; on failure the test says why.
MATCHER(Succeeds, "succeeds") {
  if (!arg.has_value()) {
    *result_listener << "which failed with kind " << static_cast<int>(arg.error().kind) << " at \""
                     << arg.error().where << "\": " << arg.error().what;
  }
  return arg.has_value();
}

}  // namespace hubward::test
