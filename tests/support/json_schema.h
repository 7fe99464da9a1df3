// Holds a JSON text against a JSON Schema: the keywords that docs/report.schema.json uses. A
// keyword that is not known here is an error, so that no demand of the schema is passed over in
// silence. Fast enough to judge every report of every test; the reference validator judges some of
// them too (tests/unit/verifier/report/json_test.cpp).
#pragma once

#include <string>
#include <vector>

namespace hubward::test {

/// One line a violation ("/findings/0/class: not one of …"); empty: valid.
/// Throws std::runtime_error for texts that are no JSON and for unknown keywords.
std::vector<std::string> schema_violations(const std::string& schema, const std::string& json);

/// The same against the shipped schema of reports.
std::vector<std::string> report_violations(const std::string& json);

}  // namespace hubward::test
