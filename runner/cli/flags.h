// The tables of commands and flags: one row says a flag's names, what it takes, which commands know
// it and what help says of it. Parsing, HUBWARD_ variables, help, man pages and the shells'
// completions all read these tables, so none can forget a flag.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

namespace hubward {

enum class Command : std::uint8_t {
  none,
  verify,
  run,
  fetch,
  lock,
  repair,
  gate,
  key,
  doctor,
  merge,
  help,
  completion
};

struct CommandRow {
  Command command;
  std::string_view name;  ///< "verify"
  std::string_view
      words;  ///< "[REPO…]": what follows it; what help calls it tells what completes it
  std::string_view help;
};

/// Those that have a name, in the order of help. Static.
std::span<const CommandRow> command_rows();
std::span<const Command> commands();
/// "verify", "run", …; empty for none.
std::string_view to_string(Command command);

/// A set of commands.
class Commands {
 public:
  constexpr Commands(std::initializer_list<Command> members) {
    for (const Command member : members) bits_ |= bit(member);
  }
  static constexpr Commands all() {
    Commands every({});
    every.bits_ = ~std::uint32_t{0};
    return every;
  }
  constexpr Commands without(Command command) const {
    Commands rest = *this;
    rest.bits_ &= ~bit(command);
    return rest;
  }
  constexpr bool contains(Command command) const { return (bits_ & bit(command)) != 0; }
  constexpr bool operator==(const Commands&) const = default;

 private:
  static constexpr std::uint32_t bit(Command command) {
    return std::uint32_t{1} << static_cast<unsigned>(command);
  }
  std::uint32_t bits_ = 0;
};

enum class Flag : std::uint8_t {
  directory,
  manifest,
  lock,
  no_lock,
  locked,
  config,
  cache_dir,
  format,
  output,
  jobs,
  quiet,
  verbose,
  no_ledger,
  ledger,
  recheck,
  color,
  log_level,
  help,
  version,
  explain,
  all,
  level,
  require,
  frozen,
  offline,
  dry_run,
  report,
  timeout,
  kill_after,
  drop_token,
  guard,
  guard_with,
  repair_hostile,
  quarantine,
  plan,
  parallel,
  retries,
  deadline,
  lock_timeout,
  saving,
  max_size,
  max_orphans,
  prune,
  exit_zero,
  yes,
  hash_files,
  restore_keys,
  raw,
  bump,
  check,
  update,
  sha256,
  fetch,
  undo,
  purge,
  online,
  man,
  ids,
  shard,
};

/// How often a flag may stand and what it takes.
enum class Takes : std::uint8_t { nothing, value, values };
/// Whether HUBWARD_NAME stands for it.
enum class Variable : std::uint8_t { no, yes };

struct FlagRow {
  Flag flag;
  std::string_view long_name;  ///< "--manifest"; empty when it has none
  char short_name;             ///< 'C'; 0 when it has none
  Takes takes;
  std::string_view value;  ///< "FILE": what help calls it, which tells what completes it
  Commands known_to;       ///< Command::none: it needs no command
  Variable variable;
  std::string_view help;  ///< empty: accepted, and not advertised by this version
};

/// In the order of help. Static.
std::span<const FlagRow> flag_rows();
const FlagRow& row_of(Flag flag);
/// nullptr when no flag has that name.
const FlagRow* row_named(std::string_view long_name);
const FlagRow* row_named(char short_name);

bool is_known_to(const FlagRow& row, Command command);
/// Known to every command that looks at a cache, so told once for all of them.
bool is_global(const FlagRow& row);

/// "HUBWARD_NO_LOCK".
std::string variable_of(const FlagRow& row);
/// "--manifest", else "-C".
std::string shown_name(const FlagRow& row);

}  // namespace hubward
