#include "tests/fuzz/door.h"
#include "tests/fuzz/promise.h"
#include "verifier/report/json.h"
#include "verifier/report/shard_report.h"
#include "verifier/report/text.h"

#include <algorithm>

namespace hubward::fuzz {

void open_shard(std::string_view bytes) {
  const auto report = parse_shard_report(bytes);
  if (!report) {
    promise(report.error().kind == ErrorKind::bad_input, "a refusal is about the text");
    return promise_safe_for_eyes(report.error().what, Lines::one);
  }
  promise(report->shard && is_shard(report->shard->shard), "a report is of a shard that there is");
  promise(report->shard->entries.size() == report->repos.size(), "an entry stands beside each row");
  const std::string text = render_text(*report, {.verbosity = Verbosity::verbose});
  promise_safe_for_eyes(text, Lines::many);
  const std::string written = render_json(*report);
  const auto again = parse_shard_report(written);
  promise(again.has_value(), "what was read is written so that it can be read: " + written);
  promise(render_json(*again) == written, "and says the same");
}

}  // namespace hubward::fuzz
