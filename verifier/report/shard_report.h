// The way back from a shard's JSON report, for `merge`. Reports come from other machines, through
// artifacts and shared folders: a text that this version would not have written is refused, whole.
#pragma once

#include <hubward/report.h>
#include <hubward/result.h>

#include <cstddef>
#include <string_view>

namespace hubward {

/// Largest accepted report, in bytes.
inline constexpr std::size_t kMaxReportBytes = std::size_t{256} * 1024 * 1024;

/// All that render_json wrote of a report with a `shard`; Finding lines included.
/// Errors: bad_input; `what` says why it is no such report. Pure.
Result<Report> parse_shard_report(std::string_view json);

}  // namespace hubward
