#include "verifier/report/jsonl.h"

#include "verifier/report/json.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <string_view>
#include <utility>

namespace hubward {
namespace {

/// What is known before the first byte is looked at. All else of a report but its findings is the
/// summary's, what later versions add to it, too.
constexpr std::array<std::string_view, 7> kOfStart = {"tool",  "cache",   "manifest", "lock",
                                                      "level", "require", "scope"};

std::string line_of(std::string_view record, JsonObject members) {
  JsonObject line = {{"record", JsonValue(std::string(record))},
                     {"schema", JsonValue(std::string("hubward.jsonl/1"))}};
  std::ranges::move(members, std::back_inserter(line));
  return write_json(JsonValue(std::move(line)), JsonLayout::compact) + "\n";
}

}  // namespace

std::string render_jsonl(const Report& report) {
  const JsonValue whole = report_value(report);
  JsonObject start;
  JsonObject summary;
  std::string findings;
  for (const auto& [name, value] : *whole.object()) {
    if (name == "findings") {
      for (const JsonValue& finding : *value.array()) {
        findings += line_of("finding", *finding.object());
      }
    } else if (name != "schema") {
      const bool is_of_start = std::ranges::find(kOfStart, name) != kOfStart.end();
      (is_of_start ? start : summary).emplace_back(name, value);
    }
  }
  return line_of("start", std::move(start)) + findings + line_of("summary", std::move(summary));
}

}  // namespace hubward
