// For bash 4.3 and newer, with or without the package bash-completion. Two things are hard here.
// readline parts words at =, @ and :, so `gpt2@main` comes as three of them, and what is offered
// has to stand for the last part alone. And whatever is offered becomes text that a shell reads:
// `compgen -W` would even run it, and a manifest's revision may be `$(…)`. So each offer is quoted,
// and none expanded.
#include "runner/cli/completion.h"
#include "runner/cli/offers.h"
#include <hubward/version.h>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace hubward {
namespace {

constexpr std::string_view kWords = R"(
# Fills `words` up to the cursor, with what readline parts at =, @ and : in one piece again, and
# `places`: where in COMP_WORDS each begins.
_hubward_words() {
  local index piece joins='' breaks='^[=@:]+$'
  for ((index = 0; index <= COMP_CWORD; ++index)); do
    piece=${COMP_WORDS[index]}
    if ((index > 1)) && [[ $joins || $piece =~ $breaks ]]; then
      words[-1]+=$piece
    else
      words+=("$piece")
      places+=("$index")
    fi
    [[ $piece =~ $breaks ]] && joins=yes || joins=''
  done
  typed=${COMP_WORDS[COMP_CWORD]}
  [[ $typed =~ $breaks ]] && typed=''
  # readline's own word for it: an @ in front belongs to that, where host names are completed.
  if (($# > 1)); then typed=$2; fi
}

# Fills `said`: the words before the cursor without the shell's quoting. Nothing is expanded but ~/.
_hubward_said() {
  local word
  for word in "${words[@]:0:${#words[@]}-1}"; do
    [[ ${word:0:2} == \~/ ]] && word=$HOME${word:1}
    said+=("${word//[\\\"\']/}")
  done
}

# Puts $1, which goes on from `current`, in the place of what readline takes for the word.
_hubward_reply() {
  if [[ $current == *"$typed" ]]; then
    COMPREPLY+=("${1#"${current%"$typed"}"}")
  else
    COMPREPLY+=("${typed%"$current"}$1")
  fi
}

# Offers those of the arguments that go on from `current`, quoted.
_hubward_offer() {
  local word quoted
  for word; do
    printf -v quoted %q "$word"
    [[ $quoted == "$current"* ]] && _hubward_reply "$quoted"
  done
}

# Offers paths; $1 is compgen's letter for files or folders. readline quotes them.
_hubward_paths() {
  local path
  compopt -o filenames 2>/dev/null
  while IFS= read -r path; do _hubward_reply "$path"; done < <(compgen "$1" -- "$current")
}

_hubward_models() {
  local -a said=() models=()
  _hubward_said
  mapfile -t models < <("${said[0]}" completion --ids -- "${said[@]:1}" 2>/dev/null </dev/null)
  _hubward_offer "${models[@]}"
}

# The command that `run` would start, from word $1 on: completed as if hubward were not there.
_hubward_command_line() {
  if declare -F _command_offset >/dev/null; then
    _command_offset "$1"
  elif ((COMP_CWORD == $1)); then
    local name
    while IFS= read -r name; do _hubward_offer "$name"; done < <(compgen -c -- "$current" | sort -u)
  else
    _hubward_paths -f
  fi
}
)";

constexpr std::string_view kMain = R"(
_hubward() {
  local -a words=() places=()
  local typed='' current='' command='' flag='' only_words='' word at last
  COMPREPLY=()
  _hubward_words "$@"
  last=$((${#words[@]} - 1))
  for ((at = 1; at < last; ++at)); do
    word=${words[at]}
    if [[ $flag ]]; then
      flag=''
    elif [[ ! $only_words && $word == -- ]]; then
      only_words=yes
    elif [[ ! $only_words && $word == -?* ]]; then
      _hubward_takes "$word"
    elif [[ ! $command ]]; then
      command=$word
    elif [[ $command == run ]]; then
      break
    fi
  done
  current=${words[last]}
  if [[ $command == run && ! $flag ]] && { ((at < last)) || [[ $only_words || $current != -* ]]; }; then
    _hubward_command_line "${places[at]}"
    return
  fi
  if [[ ! $flag && ! $only_words && $current == --?*=* ]]; then
    flag=${current%%=*}
    current=${current#*=}
  fi
  if [[ $flag ]]; then
    _hubward_values "$flag"
  elif [[ ! $only_words && $current == -* ]]; then
    _hubward_flags "$command"
  else
    _hubward_arguments "$command"
  fi
}
complete -F _hubward hubward
)";

std::string offered(const Offers& offers) {
  switch (offers.kind) {
    case Offer::nothing:
    case Offer::command_line: return ":";
    case Offer::choice: return fmt::format("_hubward_offer {}", fmt::join(offers.choices, " "));
    case Offer::choice_or_file:
      return fmt::format(
          "if [[ $current == *=* ]]; then current=${{current#*=}}; _hubward_paths -f; "
          "else _hubward_offer {}; fi",
          fmt::join(offers.choices, " "));
    case Offer::file: return "_hubward_paths -f";
    case Offer::folder: return "_hubward_paths -d";
    case Offer::model: return "_hubward_models";
  }
  return ":";
}

std::string names_of(const FlagRow& row, std::string_view between) {
  std::string names(row.long_name);
  if (row.short_name == 0) return names;
  if (!names.empty()) names += between;
  return names + '-' + row.short_name;
}

/// Sets `flag` where the value of one comes next: --manifest, -j, also at the end of -vj.
std::string takes_function() {
  std::string long_ones;
  for (const FlagRow& row : flag_rows()) {
    if (row.takes == Takes::nothing || row.long_name.empty()) continue;
    long_ones += (long_ones.empty() ? "" : " | ") + names_of(row, " | ");
  }
  const ShortFlags letters = short_flags();
  return fmt::format(R"(
# Sets `flag` where the value of $1 is the next word.
_hubward_takes() {{
  local cluster='^-[{}]*([{}])$'
  case $1 in
    {}) flag=$1 ;;
    *) [[ $1 =~ $cluster ]] && flag=-${{BASH_REMATCH[1]}} ;;
  esac
}}
)",
                     letters.alone, letters.taking, long_ones);
}

std::string values_function() {
  std::string cases;
  for (const FlagRow& row : flag_rows()) {
    const Offers offers = offers_of(row);
    if (row.takes == Takes::nothing || offers.kind == Offer::nothing) continue;
    cases += fmt::format("    {}) {} ;;\n", names_of(row, " | "), offered(offers));
  }
  return "\n# What the value of flag $1 may be.\n_hubward_values() {\n  case $1 in\n" + cases +
         "  esac\n}\n";
}

std::string flags_of(Command command) {
  std::string names;
  for (const FlagRow& row : flag_rows()) {
    if (row.help.empty() || !is_known_to(row, command)) continue;
    names += ' ' + names_of(row, " ");
  }
  return names;
}

std::string flags_function() {
  std::string cases = fmt::format("    '') _hubward_offer{} ;;\n", flags_of(Command::none));
  for (const CommandRow& row : command_rows()) {
    cases += fmt::format("    {}) _hubward_offer{} ;;\n", row.name, flags_of(row.command));
  }
  return "\n# The flags of command $1.\n_hubward_flags() {\n  case $1 in\n" + cases + "  esac\n}\n";
}

std::string arguments_function() {
  std::string names;
  std::string cases;
  for (const CommandRow& row : command_rows()) {
    names += fmt::format(" {}", row.name);
    const Offers offers = offers_of(row);
    if (offers.kind == Offer::nothing || offers.kind == Offer::command_line) continue;
    cases += fmt::format("    {}) {} ;;\n", row.name, offered(offers));
  }
  return "\n# The words of command $1; the commands where there is none yet.\n"
         "_hubward_arguments() {\n  case $1 in\n    '') _hubward_offer" +
         names + " ;;\n" + cases + "  esac\n}\n";
}

}  // namespace

std::string bash_completion() {
  std::string script = fmt::format(
      "# bash's completion of hubward {}, printed by `hubward completion bash`.\n", kVersion);
  script += kWords;
  script += takes_function();
  script += values_function();
  script += flags_function();
  script += arguments_function();
  script += kMain;
  return script;
}

}  // namespace hubward
