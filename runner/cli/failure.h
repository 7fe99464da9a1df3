// How hubward says that it could not do its work: one message on standard error, the documented
// code.
#pragma once

#include "runner/cli/flags.h"
#include "runner/cli/inputs.h"
#include <hubward/result.h>

#include <span>
#include <string>

namespace hubward {

/// "hubward: error: WHERE: WHAT: Permission denied" and a newline; diagnostics of a text stand as
/// they are, a line each.
std::string error_text(const Error& error);

/// Says it on standard error.
/// @param tokens  what must not be printed, should it stand in the text
/// @return the exit code: under `run` always 125, after a last line that ends in the reason
int report_failure(const Refusal& refusal, Command command,
                   std::span<const std::string> tokens = {});

}  // namespace hubward
