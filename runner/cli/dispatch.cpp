// From arguments to a command: what needs none is answered first, -C comes before every file is
// sought.
#include "runner/ci/github_output.h"
#include "runner/cli/commands.h"
#include "runner/cli/failure.h"
#include "runner/cli/fitted.h"
#include "runner/cli/github.h"
#include "runner/cli/help.h"
#include "runner/cli/log.h"
#include "runner/cli/output.h"
#include "runner/cli/stderr_page.h"
#include "runner/cli/terminal.h"
#include "runner/cli/tokens.h"
#include "runner/cli/wishes.h"
#include "runner/cli/working_directory.h"
#include "runner/launch/first_process.h"
#include "runner/launch/token.h"
#include "runner/run_words.h"
#include "verifier/text/nearest.h"
#include "verifier/text/show.h"

#include <fmt/format.h>

#include <unistd.h>

#include <utility>

namespace hubward {
namespace {

int refuse(Error error, Command command, std::span<const std::string> tokens = {}) {
  return report_failure(Refusal{std::move(error), Input::command_line}, command, tokens);
}

int print(const std::string& text) {
  const auto written = write_standard_output(text);
  return written ? 0 : refuse(written.error(), Command::none);
}

/// For eyes, where a terminal shows it.
int print_page(const std::string& page) {
  return print(fitted(page, is_terminal(STDOUT_FILENO) ? terminal_width(STDOUT_FILENO) : 0));
}

int usage(std::string what, Command command, std::span<const std::string> tokens = {}) {
  what += fmt::format("; see `hubward help{}{}`", command == Command::none ? "" : " ",
                      to_string(command));
  return refuse(Error{ErrorKind::usage, "", std::move(what)}, command, tokens);
}

int help_command(const CommandLine& line) {
  const auto tell = [&](Command command) {
    return line.flags.contains(Flag::man) ? print(man_page(command))
                                          : print_page(help_page(command));
  };
  if (line.words.empty()) return tell(Command::none);
  for (const Command command : commands()) {
    if (line.words.front() == to_string(command)) return tell(command);
  }
  return usage(fmt::format("no such command in this version: `{}`", show(line.words.front(), 100)),
               Command::none);
}

int without_command(const CommandLine& line) {
  if (line.flags.contains(Flag::version)) return print(version_text());
  if (const auto code = line.flags.find(Flag::explain); code != line.flags.end()) {
    const auto text = explain(code->second.back());
    return text ? print_page(*text) : refuse(text.error(), Command::none);
  }
  return usage("no command", Command::none);
}

/// Whatever becomes of a command that knows the token, it may not be seen.
void guard_tokens(Surroundings& surroundings) {
  surroundings.tokens = tokens_of(surroundings);
  const auto value = [&](std::string_view name) {
    const auto found = surroundings.variables.find(name);
    return found == surroundings.variables.end() ? std::string_view() : found->second;
  };
  if (value("GITHUB_ACTIONS") == "true") {
    for (const std::string& token : surroundings.tokens) say(mask_command(token));
  }
}

// What `run` does before its settings are looked at: no report of an earlier run may be taken for
// this one's.
void begin_run(const CommandLine& line, Surroundings& surroundings) {
  guard_tokens(surroundings);
  const Wishes wishes(line, surroundings.variables);
  const auto changes_nothing = wishes.is_on(Flag::dry_run);
  const auto report = wishes.text(Flag::report);
  if (!report || !changes_nothing || *changes_nothing) return;
  auto writable = forget_report(*report);
  if (writable) writable = expect_writable(*report);
  if (writable) return;
  surroundings.report_is_unwritable = true;
  const std::string warning = "hubward: warning: --report: " + sentence_of(writable.error()) + "\n";
  say_on_page(without_tokens(warning, surroundings.tokens));
}

/// It reads and tells; a token that CI has must still not be seen in what it tells.
bool asks_for_no_token(Command command) {
  return command == Command::verify || command == Command::merge;
}

int refuse_arguments(const std::string& what, const std::vector<std::string>& arguments,
                     Surroundings& surroundings) {
  const Command command = command_of(arguments);
  if (command != Command::run) return usage(what, command);
  begin_run(what_can_be_told_of(arguments), surroundings);
  return usage(what, command, surroundings.tokens);
}

int carry_out(const CommandLine& line, const Settings& settings, const Surroundings& surroundings) {
  switch (line.command) {
    case Command::none: return without_command(line);
    case Command::help: return help_command(line);
    case Command::completion: return completion_command(line, surroundings);
    case Command::verify: return verify_command(line, settings, surroundings);
    case Command::run: return run_command(line, settings, surroundings);
    case Command::fetch: return fetch_command(line, settings, surroundings);
    case Command::repair: return repair_command(line, settings, surroundings);
    case Command::gate: return gate_command(line, settings, surroundings);
    case Command::key: return key_command(line, settings, surroundings);
    case Command::lock: return lock_command(line, settings, surroundings);
    case Command::doctor: return doctor_command(line, settings, surroundings);
    case Command::merge: return merge_command(line, settings, surroundings);
  }
  return without_command(line);
}

}  // namespace

int run_command_line(const std::vector<std::string>& arguments, Surroundings surroundings) {
  const MortalFirstProcess can_be_ended(InheritedSignals::now());
  const auto line = parse_command_line(arguments);
  if (!line) return refuse_arguments(line.error().what, arguments, surroundings);
  if (line->flags.contains(Flag::help)) return print_page(help_page(line->command));
  if (line->command == Command::none) return without_command(*line);
  if (line->command == Command::help) return help_command(*line);
  if (line->command == Command::completion) return completion_command(*line, surroundings);

  if (const auto entered = enter_folders(*line, surroundings); !entered)
    return refuse(entered.error(), line->command, all_tokens_in(surroundings.environment));
  if (line->command == Command::run) {
    begin_run(*line, surroundings);
  } else if (line->command != Command::key && line->command != Command::lock &&
             (!asks_for_no_token(line->command) || is_in_actions(surroundings))) {
    guard_tokens(surroundings);
  }
  const auto settings = settle(*line, surroundings.variables);
  if (!settings) return refuse(settings.error(), line->command, surroundings.tokens);
  set_up_log(settings->log_level, surroundings.tokens);
  return carry_out(*line, *settings, surroundings);
}

}  // namespace hubward
