// How hubward says that it could not do its work: one message on standard error, the documented
// code.
#pragma once

#include "runner/cli/flags.h"
#include "runner/cli/inputs.h"
#include <hubward/result.h>

#include <string>

namespace hubward {

/// "hubward: error: WHERE: WHAT: Permission denied" and a newline; diagnostics of a text stand as
/// they are, a line each.
std::string error_text(const Error& error);

/// Says it on standard error.
/// @return the exit code: under `run` always 125, after a last line that ends in the reason
int report_failure(const Refusal& refusal, Command command);

}  // namespace hubward
