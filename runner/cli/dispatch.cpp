// From arguments to a command: what needs none is answered first, -C comes before every file is
// sought.
#include "runner/cli/commands.h"
#include "runner/cli/failure.h"
#include "runner/cli/help.h"
#include "runner/cli/log.h"
#include "runner/cli/output.h"
#include "verifier/text/nearest.h"
#include "verifier/text/show.h"

#include <fmt/format.h>

#include <stdlib.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <memory>
#include <utility>

namespace hubward {
namespace {

int refuse(Error error, Command command) {
  return report_failure(Refusal{std::move(error), Input::command_line}, command);
}

int print(const std::string& text) {
  const auto written = write_standard_output(text);
  return written ? 0 : refuse(written.error(), Command::none);
}

int usage(std::string what, Command command) {
  what += fmt::format("; see `hubward help{}{}`", command == Command::none ? "" : " ",
                      to_string(command));
  return refuse(Error{ErrorKind::usage, "", std::move(what)}, command);
}

int help_command(const CommandLine& line) {
  if (line.words.empty()) return print(help_page(Command::none));
  for (const Command command : {Command::verify, Command::run, Command::help}) {
    if (line.words.front() == to_string(command)) return print(help_page(command));
  }
  return usage(fmt::format("no such command in this version: `{}`", show(line.words.front(), 100)),
               Command::none);
}

int without_command(const CommandLine& line) {
  if (line.flags.contains(Flag::version)) return print(version_text());
  if (const auto code = line.flags.find(Flag::explain); code != line.flags.end()) {
    const auto text = explain(code->second.back());
    return text ? print(*text) : refuse(text.error(), Command::none);
  }
  return usage("no command", Command::none);
}

Result<void> enter(const std::vector<std::string>& folders, Surroundings& surroundings) {
  for (const std::string& folder : folders) {
    if (::chdir(folder.c_str()) == 0) continue;
    const bool is_absent = errno == ENOENT || errno == ENOTDIR;
    return fail(is_absent ? ErrorKind::no_such_input : ErrorKind::io, "-C " + show(folder),
                "cannot be entered", errno);
  }
  const std::unique_ptr<char, decltype(&::free)> here(::getcwd(nullptr, 0), &::free);
  if (!here) {
    return fail(ErrorKind::io, "", "the working directory cannot be told", errno);
  }
  surroundings.working_directory = here.get();
  return {};
}

}  // namespace

int run_command_line(const std::vector<std::string>& arguments, Surroundings surroundings) {
  const auto line = parse_command_line(arguments);
  if (!line) return usage(line.error().what, command_of(arguments));
  if (line->flags.contains(Flag::help)) return print(help_page(line->command));
  if (line->command == Command::none) return without_command(*line);
  if (line->command == Command::help) return help_command(*line);

  const auto settings = settle(*line, surroundings.variables);
  if (!settings) return refuse(settings.error(), line->command);
  set_up_log(settings->log_level);
  const auto folders = line->flags.find(Flag::directory);
  const auto entered = enter(
      folders == line->flags.end() ? std::vector<std::string>() : folders->second, surroundings);
  if (!entered) return refuse(entered.error(), line->command);
  return line->command == Command::run ? run_command(*line, *settings, surroundings)
                                       : verify_command(*line, *settings, surroundings);
}

}  // namespace hubward
