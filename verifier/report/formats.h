// The formats that a report can be written in: one table, a line each. The command line takes its
// names from here, so a format that has a line has all that it needs.
#pragma once

#include "verifier/report/finding_words.h"
#include "verifier/report/text.h"
#include <hubward/report.h>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace hubward {

/// What a renderer may look at besides the report.
struct RenderRequest {
  TextStyle style;
  CheckoutFiles files;
};

/// files: the report has to name each file, see VerifyRequest::list_files.
enum class FormatNeeds : std::uint8_t { report, files };

struct ReportFormat {
  std::string_view name;  ///< promised to the outside
  std::string (*render)(const Report& report, const RenderRequest& request);
  FormatNeeds needs = FormatNeeds::report;
};

/// The first is what is written when nothing else is asked for. Static.
std::span<const ReportFormat> report_formats();

/// Those that decide something else than how a report is written.
inline constexpr std::string_view kTextFormat = "text";
inline constexpr std::string_view kJsonFormat = "json";
inline constexpr std::string_view kGithubFormat = "github";

}  // namespace hubward
