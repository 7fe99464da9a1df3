#include "runner/cli/options.h"

#include "verifier/text/nearest.h"
#include "verifier/text/show.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace hubward {
namespace {

using Arguments = std::vector<std::string>;

tl::unexpected<Error> refuse(std::string what) {
  return fail(ErrorKind::usage, "", std::move(what));
}

bool is_flag(std::string_view argument) { return argument.size() > 1 && argument[0] == '-'; }

/// The flag of `argument` whose value is the next argument; nullptr when there is none.
const FlagRow* flag_that_takes_the_next(std::string_view argument) {
  if (argument.substr(0, 2) == "--") {
    const FlagRow* row = row_named(argument);
    return row != nullptr && row->takes != Takes::nothing ? row : nullptr;
  }
  for (std::size_t at = 1; at < argument.size(); ++at) {
    const FlagRow* row = row_named(argument[at]);
    if (row == nullptr) return nullptr;
    if (row->takes != Takes::nothing) return at + 1 == argument.size() ? row : nullptr;
  }
  return nullptr;
}

/// The first argument from `start` that is neither flag nor a flag's value; arguments.size() when
/// there is none. "--" ends the flags; what follows it is the word.
std::size_t next_word(const Arguments& arguments, std::size_t start) {
  for (std::size_t at = start; at < arguments.size(); ++at) {
    if (arguments[at] == "--") return std::min(at + 1, arguments.size());
    if (!is_flag(arguments[at])) return at;
    if (flag_that_takes_the_next(arguments[at]) != nullptr) ++at;
  }
  return arguments.size();
}

std::optional<Command> command_named(std::string_view word) {
  const auto found = std::ranges::find(commands(), word, [](Command c) { return to_string(c); });
  return found == commands().end() ? std::nullopt : std::optional(*found);
}

Error no_such_command(std::string_view word) {
  std::string what = fmt::format("no such command in this version: `{}`", show(word, 100));
  std::vector<std::string_view> names;
  for (const Command command : commands()) names.push_back(to_string(command));
  const std::string_view near = nearest(word, names);
  if (edit_distance(word, near) <= 2) what += fmt::format("; did you mean `{}`?", near);
  return Error{ErrorKind::usage, "", std::move(what)};
}

Error unknown_flag(std::string_view argument, Command command) {
  const std::string_view name = argument.substr(0, argument.find('='));
  std::string what = fmt::format("unknown flag `{}`", show(name, 100));
  const FlagRow* elsewhere = row_named(name);
  if (elsewhere == nullptr && name.size() == 2) elsewhere = row_named(name[1]);
  if (elsewhere != nullptr) {
    what = command == Command::none
               ? fmt::format("`{}` needs a command", name)
               : fmt::format("`{}` does not know the flag `{}`", to_string(command), name);
    return Error{ErrorKind::usage, "", std::move(what)};
  }
  std::vector<std::string_view> known;
  for (const FlagRow& row : flag_rows()) {
    if (is_known_to(row, command) && !row.long_name.empty()) known.push_back(row.long_name);
  }
  const std::string_view near = nearest(name, known);
  if (name.size() > 2 && is_near(name, near))
    what += fmt::format("; the nearest known one is `{}`", near);
  return Error{ErrorKind::usage, "", std::move(what)};
}

/// A flag that has no value, found before the parser could take its neighbour for one.
std::optional<Error> missing_value(const Arguments& arguments) {
  for (std::size_t at = 0; at < arguments.size() && arguments[at] != "--"; ++at) {
    const std::string& argument = arguments[at];
    if (!is_flag(argument)) continue;
    const FlagRow* row = flag_that_takes_the_next(argument);
    const bool is_cut =
        argument.ends_with('=') && row_named(argument.substr(0, argument.size() - 1));
    if (is_cut || (row != nullptr && at + 1 == arguments.size())) {
      const std::string name = is_cut ? argument.substr(0, argument.size() - 1) : shown_name(*row);
      return Error{ErrorKind::usage, "", fmt::format("`{}` needs a value", name)};
    }
    if (row != nullptr) ++at;
  }
  return std::nullopt;
}

void register_flags(CLI::App& app, CommandLine& line) {
  for (const FlagRow& row : flag_rows()) {
    if (!is_known_to(row, line.command)) continue;
    std::string names(row.long_name);
    if (row.short_name != 0)
      names += fmt::format("{}-{}", names.empty() ? "" : ",", row.short_name);
    const auto keep = [&line, flag = row.flag](const std::vector<std::string>& texts) {
      line.flags[flag] = texts;
      return true;
    };
    if (row.takes == Takes::nothing) {
      app.add_flag(names)->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
      app.get_option(shown_name(row))->each([keep](const std::string& text) { keep({text}); });
    } else {
      app.add_option(names, keep)
          ->expected(1)
          ->allow_extra_args(false)
          ->multi_option_policy(row.takes == Takes::values ? CLI::MultiOptionPolicy::TakeAll
                                                           : CLI::MultiOptionPolicy::TakeLast);
    }
  }
}

Result<CommandLine> parse_flags(Command command, Arguments arguments) {
  if (const auto error = missing_value(arguments)) return tl::unexpected(*error);
  CommandLine line;
  line.command = command;
  CLI::App app;
  app.set_help_flag();
  app.allow_extras();
  register_flags(app, line);
  std::ranges::reverse(arguments);  // CLI11 takes them from the back
  try {
    app.parse(std::move(arguments));
  } catch (const CLI::ParseError& error) {
    return refuse(show(error.what()));
  }
  for (const auto& [flag, texts] : line.flags) {
    if (std::ranges::find(texts, "") == texts.end()) continue;
    return refuse(fmt::format("`{}` needs a value", shown_name(row_of(flag))));
  }
  bool only_words = false;
  for (const std::string& word : app.remaining()) {
    if (!only_words && word == "--") {
      only_words = true;
    } else if (!only_words && is_flag(word)) {
      return tl::unexpected(unknown_flag(word, command));
    } else {
      line.words.push_back(word);
    }
  }
  return line;
}

Result<CommandLine> parse_run(const Arguments& arguments, std::size_t word) {
  const std::size_t cmd = next_word(arguments, word + 1);
  const auto at = [&arguments](std::size_t index) {
    return arguments.begin() + static_cast<std::ptrdiff_t>(index);
  };
  Arguments flags(arguments.begin(), at(word));
  flags.insert(flags.end(), at(word + 1), at(cmd));
  std::erase(flags, "--");
  HUBWARD_TRY(CommandLine line, parse_flags(Command::run, std::move(flags)));
  line.run_command.assign(at(cmd), arguments.end());
  return line;
}

}  // namespace

Command command_of(const std::vector<std::string>& arguments) {
  const std::size_t word = next_word(arguments, 0);
  if (word == arguments.size()) return Command::none;
  return command_named(arguments[word]).value_or(Command::none);
}

CommandLine what_can_be_told_of(const std::vector<std::string>& arguments) {
  CommandLine line;
  line.command = Command::run;
  const std::string_view report = row_of(Flag::report).long_name;
  for (std::size_t at = 0; at < arguments.size() && arguments[at] != "--"; ++at) {
    const std::string_view argument = arguments[at];
    if (argument.starts_with("-C")) return CommandLine{.command = Command::run};
    if (argument == row_of(Flag::dry_run).long_name) line.flags[Flag::dry_run] = {"true"};
    if (argument.starts_with(report) && argument.substr(report.size()).starts_with('=')) {
      line.flags[Flag::report] = {std::string(argument.substr(report.size() + 1))};
    } else if (argument == report && at + 1 < arguments.size()) {
      line.flags[Flag::report] = {arguments[at + 1]};
    }
  }
  return line;
}

Result<CommandLine> parse_command_line(const std::vector<std::string>& arguments) {
  const std::size_t word = next_word(arguments, 0);
  if (word == arguments.size()) return parse_flags(Command::none, arguments);
  const std::optional<Command> command = command_named(arguments[word]);
  if (!command) return tl::unexpected(no_such_command(arguments[word]));
  if (*command == Command::run) return parse_run(arguments, word);
  Arguments rest = arguments;
  rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(word));
  return parse_flags(*command, std::move(rest));
}

}  // namespace hubward
