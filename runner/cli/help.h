// What hubward says of itself: help, version, and the meaning of a finding code.
#pragma once

#include "runner/cli/flags.h"
#include <hubward/result.h>

#include <string>
#include <string_view>

namespace hubward {

/// The page of a command; of all of hubward for Command::none.
std::string help_page(Command command);

/// What of that page is written by hand: `usage: …`, what the command does, `exit codes: …`, a
/// blank line between. Static.
std::string_view help_text(Command command);

/// The page of a command, or of all of hubward, as the source of a man page, from the same texts
/// and tables. What a man page tells beyond them is in docs/man.
std::string man_page(Command command);

/// The version, the libraries it was built with, what it can do.
std::string version_text();

/// The section of docs/findings.md about that code.
/// Errors: usage for a name that is no code; it names the nearest one.
Result<std::string> explain(std::string_view code);

/// docs/findings.md as it was when this was built.
std::string_view findings_page();

}  // namespace hubward
