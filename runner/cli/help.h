// What hubward says of itself: help, version, and the meaning of a finding code.
#pragma once

#include "runner/cli/flags.h"
#include <hubward/result.h>

#include <string>
#include <string_view>

namespace hubward {

/// The page of a command; of all of hubward for Command::none.
std::string help_page(Command command);

/// The version, the libraries it was built with, what it can do.
std::string version_text();

/// The section of docs/findings.md about that code.
/// Errors: usage for a name that is no code; it names the nearest one.
Result<std::string> explain(std::string_view code);

/// docs/findings.md as it was when this was built.
std::string_view findings_page();

}  // namespace hubward
