// Where the report of a command goes, in each format that was asked for.
#pragma once

#include "runner/cli/settings.h"
#include "runner/cli/surroundings.h"
#include <hubward/report.h>
#include <hubward/result.h>

#include <string>

namespace hubward {

/// Told before the long work. Errors: io.
Result<void> expect_all_writable(const Settings& settings);
/// @param downloader  see TextStyle
/// Errors: io.
Result<void> write_results(const Report& report, const Settings& settings,
                           const Surroundings& surroundings, const std::string& downloader);

}  // namespace hubward
