// Diagnosis for whoever asks why hubward did what it did: standard error, off by default but for
// warnings. Results are never logged, they are reported.
#pragma once

#include "runner/cli/settings.h"

#include <string>
#include <vector>

namespace hubward {

/// Sends spdlog's default logger to standard error at that level.
/// @param tokens  taken out of every line
void set_up_log(LogLevel level, std::vector<std::string> tokens);

}  // namespace hubward
