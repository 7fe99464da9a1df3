// What GitHub Actions reads of a step: outputs, a summary file, and the word that hides a secret.
// Source: actions/runner, ActionCommand.cs and FileCommandManager.cs.
#pragma once

#include <hubward/result.h>

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <string_view>

namespace hubward {

/// The line that has the runner hide `token` in all that follows. It goes to standard error: the
/// runner reads both streams, and standard output belongs to the command.
std::string mask_command(std::string_view token);

struct StepOutput {
  std::string_view name;  ///< of ours
  std::string value;      ///< any bytes
};

/// "verdict=complete" for a word; else "name<<DELIMITER", the value and the delimiter, a line each,
/// lest a value that holds a line end sets outputs of its own.
/// @param delimiter  a new one for every call, that nobody can foresee; asked again while the value
///                   holds it
std::string step_output_text(std::span<const StepOutput> outputs,
                             const std::function<std::string()>& delimiter);

/// 128 random bits of the kernel's, as text.
std::string random_delimiter();

/// A step's files may be shared with the command, so nothing is truncated; a last line that lacks
/// its newline gets one first. What is no plain file is not written: a FIFO would block.
/// @param text_for  is given how many bytes the file holds already
/// Errors: io.
Result<void> append_to_step_file(const std::string& path,
                                 const std::function<std::string(std::size_t)>& text_for);

}  // namespace hubward
