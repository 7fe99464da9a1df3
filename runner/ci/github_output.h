// What GitHub Actions reads of a step: outputs, a summary file, and the word that hides a secret.
// Source: actions/runner, ActionCommand.cs and FileCommandManager.cs.
#pragma once

#include <hubward/result.h>

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace hubward {

/// The line that has the runner hide `token` in all that follows. It goes to standard error: the
/// runner reads both streams, and standard output belongs to the command.
std::string mask_command(std::string_view token);

/// "mode=offline", "verdict=complete", "reason=complete", a line each.
struct GithubOutputs {
  std::string_view mode;
  std::string_view verdict;
  std::string_view reason;
};
std::string github_output_text(const GithubOutputs& outputs);

/// A step's files may be shared with the command, so nothing is truncated; a last line that lacks
/// its newline gets one first.
/// @param text_for  is given how many bytes the file holds already
/// Errors: io.
Result<void> append_to_step_file(const std::string& path,
                                 const std::function<std::string(std::size_t)>& text_for);

}  // namespace hubward
