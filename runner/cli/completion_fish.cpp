// For fish 3. A condition before each offer says of which command it is; fish's own
// __fish_seen_subcommand_from would take the `verify` of `run -- ./ci verify` for one of hubward's.
// What is offered fish quotes itself.
#include "runner/cli/completion.h"
#include "runner/cli/offers.h"
#include <hubward/version.h>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace hubward {
namespace {

constexpr std::string_view kFunctions = R"(
# Prints the command that the line names, `none` before there is one. Behind `run` also `CMD` where the
# rest is another program's, and then the words of that.
function __hubward_read
    set -l command none
    set -l takes_next no
    set -l only_words no
    for token in (commandline -opc)[2..]
        if test "$command" = CMD
            echo -- $token
            continue
        end
        if test $takes_next = yes
            set takes_next no
            continue
        end
        if test $only_words = no
            if test "$token" = --
                set only_words yes
                continue
            end
            if __hubward_takes_next $token
                set takes_next yes
                continue
            end
            string match -q -- '-?*' $token; and continue
        end
        if test $command = none
            set command $token
            echo -- $command
        else if test $command = run
            echo CMD
            echo -- $token
            set command CMD
        end
    end
    test $command = none; and echo none
    test $command = run -a $only_words = yes; and echo CMD
    return 0
end

# Whether the line is one of these commands; of any, where none is named.
function __hubward_is
    set -l read (__hubward_read)
    test (count $read) -eq 1; or return 1
    test (count $argv) -eq 0; or contains -- $read[1] $argv
end

function __hubward_runs
    test (__hubward_read)[1] = run
end

function __hubward_command_line
    set -l read (__hubward_read)
    complete --do-complete=(string join -- ' ' (string escape -- $read[3..]) (commandline -ct))
end

# Asks as the command line would that is being written; its ~/ alone is expanded.
function __hubward_models
    set -l said (string replace -r -- '^~/' "$HOME/" (commandline -opc))
    $said[1] completion --ids -- $said[2..] 2>/dev/null </dev/null
end

function __hubward_choice_or_file
    set -l value (commandline -ct | string replace -r -- '^--[^=]*=' '')
    if string match -q -- '*=*' $value
        set -l parts (string split -m 1 -- = $value)
        string replace -r -- '^' "$parts[1]=" (__fish_complete_path $parts[2])
    else
        string join -- \n $argv
    end
end

complete -c hubward -f
)";

std::string fish_string(std::string_view text) {
  std::string safe = "'";
  for (const char letter : text) {
    if (letter == '\'' || letter == '\\') safe += '\\';
    safe += letter;
  }
  return safe + "'";
}

std::string value_of(const Offers& offers) {
  switch (offers.kind) {
    case Offer::nothing:
    case Offer::command_line: return " -x";
    case Offer::choice:
      return fmt::format(" -x -a {}",
                         fish_string(fmt::format("{}", fmt::join(offers.choices, " "))));
    case Offer::choice_or_file:
      return fmt::format(" -x -a '(__hubward_choice_or_file {})'", fmt::join(offers.choices, " "));
    case Offer::file: return " -r -F";
    case Offer::folder: return " -x -a '(__fish_complete_directories)'";
    case Offer::model: return " -x -a '(__hubward_models)'";
  }
  return " -x";
}

std::string condition_of(const FlagRow& row) {
  if (row.known_to == Commands::all()) return "__hubward_is";
  std::string names;
  if (is_known_to(row, Command::none)) names += " none";
  for (const CommandRow& command : command_rows()) {
    if (is_known_to(row, command.command)) names += fmt::format(" {}", command.name);
  }
  return fmt::format("'__hubward_is{}'", names);
}

std::string line_of(const FlagRow& row) {
  std::string line = fmt::format("complete -c hubward -n {}", condition_of(row));
  if (row.short_name != 0) line += fmt::format(" -s {}", row.short_name);
  if (!row.long_name.empty()) line += fmt::format(" -l {}", row.long_name.substr(2));
  if (row.takes != Takes::nothing) line += value_of(offers_of(row));
  return fmt::format("{} -d {}\n", line, fish_string(row.help));
}

std::string words_of(const CommandRow& row) {
  const Offers offers = offers_of(row);
  switch (offers.kind) {
    case Offer::nothing: return "";
    case Offer::command_line:
      return "complete -c hubward -n __hubward_runs -x -a '(__hubward_command_line)'\n";
    case Offer::choice:
    case Offer::choice_or_file:
    case Offer::file:
    case Offer::folder:
    case Offer::model: break;
  }
  return fmt::format("complete -c hubward -n '__hubward_is {}'{}\n", row.name, value_of(offers));
}

/// True of a flag whose value is the next word: --manifest, -j, and -vj.
std::string takes_function() {
  std::string names;
  for (const FlagRow& row : flag_rows()) {
    const bool takes_value = row.takes != Takes::nothing && !row.long_name.empty();
    if (takes_value) names += fmt::format(" {}", row.long_name);
  }
  const ShortFlags letters = short_flags();
  return fmt::format(R"(
# Whether the value of flag $argv[1] is the next word.
function __hubward_takes_next
    contains -- $argv[1]{}; or string match -qr -- '^-[{}]*[{}]$' $argv[1]
end
)",
                     names, letters.alone, letters.taking);
}

}  // namespace

std::string fish_completion() {
  std::string script = fmt::format(
      "# fish's completion of hubward {}, printed by `hubward completion fish`.\n", kVersion);
  script += takes_function();
  script += kFunctions;
  for (const CommandRow& row : command_rows()) {
    script += fmt::format("complete -c hubward -n '__hubward_is none' -a {} -d {}\n", row.name,
                          fish_string(row.help));
  }
  for (const CommandRow& row : command_rows()) script += words_of(row);
  for (const FlagRow& row : flag_rows()) {
    if (!row.help.empty()) script += line_of(row);
  }
  return script;
}

}  // namespace hubward
