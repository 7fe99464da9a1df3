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

/// What the validator that a reader of the schema would take, and not one of our own, says of a
/// text (Python's jsonschema, which also judges the schema); empty: valid.
/// @param schema  its file, relative to the source tree
std::string reference_violation(const std::string& schema, const std::string& json);

/// schema_violations against the shipped schema of reports.
std::vector<std::string> report_violations(const std::string& json);

/// Of each line against the shipped schema of lines; and whether they are together that report.
std::vector<std::string> line_violations(const std::string& lines, const std::string& report);

}  // namespace hubward::test
