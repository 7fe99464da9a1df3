// What a download could not bring, and what has to change before another can.
#pragma once

#include "runner/fetch/downloader.h"

#include <string>
#include <vector>

namespace hubward {

/// What is the same for several entries is said once, above them. Safe for eyes, no newlines.
std::vector<std::string> failure_lines(const Downloaded& downloaded);

/// "give a token that may read it in HF_TOKEN": by the code that `hubward fetch`, or the project's
/// own downloader, ended with. Empty where nothing but another try is known to help.
/// @param again_at  as again_at(downloaded)
std::string before_next_fetch(int exit_code, const std::string& again_at);

}  // namespace hubward
