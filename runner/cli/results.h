// Where the report of a command goes, in each format that was asked for.
#pragma once

#include "runner/cli/settings.h"
#include "runner/cli/surroundings.h"
#include <hubward/report.h>
#include <hubward/result.h>

namespace hubward {

/// Told before the long work. Errors: io.
Result<void> expect_all_writable(const Settings& settings);
/// Errors: io.
Result<void> write_results(const Report& report, const Settings& settings,
                           const Surroundings& surroundings);

}  // namespace hubward
