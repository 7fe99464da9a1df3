#include "runner/cli/failure.h"

#include "runner/cli/exit_code.h"
#include "runner/cli/stderr_page.h"
#include "runner/launch/token.h"
#include "runner/run.h"

#include <fmt/format.h>

#include <cstring>
#include <string_view>

namespace hubward {
namespace {

/// Whether `what` is the joined output of a parser: FILE:LINE:COL: error: …, a line each.
bool is_diagnostics(const Error& error) {
  return error.kind == ErrorKind::bad_input && error.where.empty() &&
         error.what.find(": error: ") != std::string::npos;
}

std::string sentence(const Error& error) {
  std::string text = error.where.empty() ? error.what : error.where + ": " + error.what;
  if (error.sys_errno == 0) return text;
  const std::string_view reason = std::strerror(error.sys_errno);
  // Some doors say the reason themselves.
  if (text.find(reason) == std::string::npos) text += fmt::format(": {}", reason);
  return text;
}

std::string with_newline(std::string text) {
  if (!text.ends_with('\n')) text += '\n';
  return text;
}

std::string summary(Input input) {
  switch (input) {
    case Input::command_line: return "the command line cannot be used";
    case Input::config: return "the configuration cannot be used";
    case Input::manifest: return "the manifest cannot be used";
    case Input::lock: return "the lock cannot be used";
    case Input::cache: return "the cache cannot be used";
  }
  return "the input cannot be used";
}

}  // namespace

std::string error_text(const Error& error) {
  if (is_diagnostics(error)) return with_newline(error.what);
  return with_newline("hubward: error: " + sentence(error));
}

int report_failure(const Refusal& refusal, Command command, std::span<const std::string> tokens) {
  const Error& error = refusal.error;
  const int code = exit_code_of(error.kind);
  if (command != Command::run) {
    say_on_page(without_tokens(error_text(error), tokens));
    return code;
  }
  const bool needs_a_last_line = is_diagnostics(error);
  if (needs_a_last_line) say_on_page(without_tokens(error_text(error), tokens));
  const std::string what = needs_a_last_line ? summary(refusal.input) : sentence(error);
  say_on_page(
      without_tokens(refusal_line(what, code, reason_of(error.kind, refusal.input)), tokens));
  return kRunRefused;
}

}  // namespace hubward
