// Where results go. A result that could not be written is an error, never a silent success: a CI
// job must not pass on half a report.
#pragma once

#include "runner/run.h"
#include <hubward/result.h>

#include <string>
#include <string_view>

namespace hubward {

/// Errors: io, also when nobody reads it any more.
Result<void> write_standard_output(std::string_view text);

/// Replaces the file at once: new file, sync, rename; a file in a folder that takes no new one is
/// written over. A device or pipe is written as it stands, and waits for its reader; but not if
/// INT, TERM, HUP or QUIT is blocked and has come.
/// Errors: io.
Result<void> write_output_file(const std::string& path, std::string_view text);

/// As write_output_file for a file that a person keeps: its mode and, where that may be, its owner
/// stay, and it is never written over in place.
/// Errors: io, also for what is no plain file.
Result<void> replace_file(const std::string& path, std::string_view text);

/// Whether `path` could be written, told before the long work and not after it. Errors: io.
Result<void> expect_writable(const std::string& path);

/// Takes away a report of an earlier run, so that nobody takes it for this one's; whatever else
/// stands there stays.
/// Errors: io, when it can be neither removed nor emptied.
Result<void> forget_report(const std::string& path);

/// To standard error; nothing can be done about a failure.
void say(std::string_view text, Patience patience = Patience::endless);

}  // namespace hubward
