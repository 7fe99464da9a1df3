// A Report as lines, schema hubward.jsonl/1, docs/report-lines.schema.json: a record `start`, one
// `finding` each, a record `summary`. For readers that take a line at a time; the members are those
// of the JSON report, so that the lines together are that report again.
#pragma once

#include <hubward/report.h>

#include <string>

namespace hubward {

/// Each line ends with a newline; the same report gives the same bytes.
std::string render_jsonl(const Report& report);

}  // namespace hubward
