// Where the report of a command goes, in each format that was asked for.
#pragma once

#include "runner/cli/settings.h"
#include "runner/cli/surroundings.h"
#include <hubward/report.h>
#include <hubward/result.h>

#include <functional>
#include <string>

namespace hubward {

/// Told before the long work. Errors: io.
Result<void> expect_all_writable(const Settings& settings);
/// One result in every format that was asked for. @param render  (format, style) → the text
/// Errors: io.
using Renderer = std::function<std::string(const FormatTarget& target, const TextStyle& style)>;
Result<void> write_rendered(const Renderer& render, const Settings& settings,
                            const Surroundings& surroundings);
/// What text says beside the report. All are safe for eyes.
struct BesideReport {
  std::string downloader;         ///< see TextStyle
  std::string preface = {};       ///< stands before the report, unless --quiet
  std::string before_fetch = {};  ///< see TextStyle
};
/// Errors: io.
Result<void> write_results(const Report& report, const Settings& settings,
                           const Surroundings& surroundings, const BesideReport& beside);
/// What would be done: in text these words alone, in all else the report with its actions.
/// Errors: io.
Result<void> write_plan(const Report& report, const std::string& words, const Settings& settings,
                        const Surroundings& surroundings);

}  // namespace hubward
