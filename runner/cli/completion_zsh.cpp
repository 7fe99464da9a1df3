// For zsh's own completion system: what _arguments is told of each flag and word. It reads `:` and
// brackets in a description as its own marks, so they are escaped; what compadd offers it quotes
// itself.
#include "runner/cli/completion.h"
#include "runner/cli/offers.h"
#include <hubward/version.h>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace hubward {
namespace {

constexpr std::string_view kFunctions = R"(
# Asks as the command line would that is being written; its ~/ alone is expanded.
_hubward_models() {
  local -a said models
  local expl
  said=("${(@Q)hubward_line}")
  said=("${(@)said/#\~\//$HOME/}")
  models=("${(@f)$("$said[1]" completion --ids -- "${(@)said[2,-1]}" 2>/dev/null </dev/null)}")
  models=("${(@)models:#}")
  _wanted models expl 'model of the manifest' compadd -a models
}

_hubward_choice_or_file() {
  local expl
  if compset -P '*='; then
    _files
  else
    _wanted choices expl format compadd -- "$@"
  fi
}

# The command that `run` would start: completed as if hubward were not there.
_hubward_command_line() {
  if [[ $words[1] == -- ]]; then
    shift words
    ((CURRENT--))
  fi
  _normal
}
)";

constexpr std::string_view kEnd = R"(      esac
      ;;
  esac
  return ret
}

if [[ $funcstack[1] == _hubward ]]; then
  _hubward "$@"
else
  compdef _hubward hubward
fi
)";

/// Between single quotes; `marks` are what _arguments or _describe would read.
std::string zsh_string(std::string_view text, std::string_view marks) {
  std::string safe;
  for (const char letter : text) {
    if (letter == '\'') {
      safe += R"('\'')";
      continue;
    }
    if (letter == '\\' || marks.find(letter) != std::string_view::npos) safe += '\\';
    safe += letter;
  }
  return safe;
}

std::string action_of(const Offers& offers) {
  switch (offers.kind) {
    case Offer::nothing: return " ";
    case Offer::choice: return fmt::format("({})", fmt::join(offers.choices, " "));
    case Offer::choice_or_file:
      return fmt::format(" _hubward_choice_or_file {}", fmt::join(offers.choices, " "));
    case Offer::file: return "_files";
    case Offer::folder: return "_directories";
    case Offer::model: return "_hubward_models";
    case Offer::command_line: return "_hubward_command_line";
  }
  return " ";
}

/// A line a name: '(-o --output)--output=[write …]:FILE:_files'.
std::string specifications_of(const FlagRow& row) {
  const bool takes_value = row.takes != Takes::nothing;
  const std::string short_name = row.short_name == 0 ? "" : fmt::format("-{}", row.short_name);
  const std::string repeat = row.takes == Takes::values ? "*" : "";
  const std::string others = !repeat.empty() || short_name.empty() || row.long_name.empty()
                                 ? ""
                                 : fmt::format("({} {})", short_name, row.long_name);
  std::string rest = fmt::format("[{}]", zsh_string(row.help, "[]:"));
  if (takes_value) {
    rest += fmt::format(":{}:{}", zsh_string(row.value, "[]:"), action_of(offers_of(row)));
  }
  std::string lines;
  const auto add = [&](std::string_view name, std::string_view joint) {
    if (name.empty()) return;
    lines +=
        fmt::format("    '{}{}{}{}{}'\n", others, repeat, name, takes_value ? joint : "", rest);
  };
  add(short_name, "+");
  add(row.long_name, "=");
  return lines;
}

enum class Whose : unsigned char { everyone, own };

std::string specifications(Command command, Whose whose) {
  std::string lines;
  for (const FlagRow& row : flag_rows()) {
    const bool is_everyone = row.known_to == Commands::all();
    if (row.help.empty() || is_everyone != (whose == Whose::everyone)) continue;
    if (is_known_to(row, command)) lines += specifications_of(row);
  }
  return lines;
}

std::string words_of(const CommandRow& row) {
  const Offers offers = offers_of(row);
  switch (offers.kind) {
    case Offer::nothing: return "";
    case Offer::command_line:
      return "          '(-)1:command:_command_names -e' '*::argument:_hubward_command_line'\n";
    case Offer::choice:
      return fmt::format("          '1:{}:{}'\n", zsh_string(row.words, "[]:"), action_of(offers));
    case Offer::choice_or_file:
    case Offer::file:
    case Offer::folder:
    case Offer::model: break;
  }
  return fmt::format("          '*:{}:{}'\n", zsh_string(row.words, "[]:"), action_of(offers));
}

std::string case_of(const CommandRow& row) {
  // What follows the first word of `run` is another program's.
  const bool is_others = offers_of(row).kind == Offer::command_line;
  std::string text = fmt::format("        {})\n          flags=(\n", row.name);
  text += specifications(row.command, Whose::own);
  text += words_of(row);
  text += fmt::format(
      "          )\n          _arguments -s -S {}: \"$every[@]\" \"$flags[@]\" && ret=0\n"
      "          ;;\n",
      is_others ? "-A '-*' " : "");
  return text;
}

}  // namespace

std::string zsh_completion() {
  std::string script = fmt::format(
      "#compdef hubward\n# zsh's completion of hubward {}, printed by `hubward completion zsh`.\n",
      kVersion);
  script += kFunctions;
  script += R"(
_hubward() {
  local curcontext=$curcontext state line ret=1
  local -a hubward_line hubward_commands every flags
  typeset -A opt_args
  hubward_line=("${(@)words[1,CURRENT-1]}")
  every=(
)";
  script += specifications(Command::none, Whose::everyone);
  script += "  )\n  hubward_commands=(\n";
  for (const CommandRow& row : command_rows()) {
    script += fmt::format("    '{}:{}'\n", row.name, zsh_string(row.help, ":"));
  }
  script += "  )\n  flags=(\n" + specifications(Command::none, Whose::own) + "  )\n";
  script += R"(
  _arguments -C -s -S -A '-*' : "$every[@]" "$flags[@]" '1:command:->command' '*::word:->words' && ret=0
  case $state in
    command) _describe -t commands command hubward_commands && ret=0 ;;
    words)
      curcontext=${curcontext%:*:*}:hubward-$line[1]:
      case $line[1] in
)";
  for (const CommandRow& row : command_rows()) script += case_of(row);
  script += kEnd;
  return script;
}

}  // namespace hubward
