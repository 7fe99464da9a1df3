// What the user asked for, after flags and HUBWARD_ variables were weighed: flag > variable. What
// stays unset here is the configuration's to say, then the default's.
#pragma once

#include "runner/cli/options.h"
#include "verifier/asked/config.h"
#include "verifier/cache/location.h"
#include "verifier/report/formats.h"
#include <hubward/result.h>

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hubward {

enum class LockUse : std::uint8_t { if_present, required, ignored };
enum class ColourChoice : std::uint8_t { automatic, always, never };
enum class LogLevel : std::uint8_t { debug, info, warning, error, off };

/// One rendering of the result. Without a file: standard output, or --output.
struct FormatTarget {
  const ReportFormat* format = &report_formats().front();  ///< static
  std::optional<std::string> file;

  bool is(std::string_view name) const { return format->name == name; }
};

struct RunSettings {
  bool offline = false;
  bool dry_run = false;
  bool drop_token = false;
  bool repair_hostile = false;
  std::optional<std::string> report;
  std::optional<std::string> quarantine;
  std::optional<std::chrono::seconds> timeout;
  std::optional<std::chrono::seconds> kill_after;
  std::optional<GuardMode> guard;
  std::optional<GuardWith> guard_with;
};

struct FetchSettings {
  bool offline = false;
  bool plan_only = false;  ///< --plan or --dry-run
  std::optional<int> parallel;
  std::optional<int> retries;
  std::optional<std::chrono::seconds> deadline;
  std::optional<std::chrono::seconds> lock_timeout;
};

struct RepairSettings {
  bool fetch = false;
  bool undo = false;
  bool purge = false;
  bool dry_run = false;
  bool yes = false;
};

struct GateSettings {
  std::vector<std::string> saving;  ///< as written; each may hold several lines
  std::optional<std::uint64_t> max_size;
  std::optional<std::uint64_t> max_orphans;
  bool prune = false;
  bool exit_zero = false;
  bool dry_run = false;
  bool yes = false;
};

struct KeySettings {
  bool hash_files = false;
  bool restore_keys = false;
  bool raw = false;
  bool bump = false;
};

struct DoctorSettings {
  bool online = false;
};

struct LockSettings {
  bool writes = false;  ///< the command is `lock`, and not to check alone
  bool checks = false;  ///< --check, --locked or --frozen
  bool moves_pins = false;
  bool sha256 = false;
};

struct Settings {
  std::optional<std::string> manifest;
  std::optional<std::string> lock;
  LockUse lock_use = LockUse::if_present;
  std::optional<std::string> config;
  std::optional<std::string> cache_dir;
  bool cache_dir_is_from_environment = false;
  std::string place_flags;      ///< see place_flags_of
  std::string quarantine_flag;  ///< see quarantine_flag_of
  std::optional<Level> level;
  std::optional<Basis> require;
  Scope scope = Scope::manifest;
  std::optional<Shard> shard;
  std::vector<FormatTarget> formats;  ///< at least one; at most one without a file
  std::optional<std::string> output;
  unsigned jobs = 0;                  ///< 0: one per core
  bool lines_can_be_redrawn = false;  ///< by the kind of terminal, where one reads them
  Verbosity verbosity = Verbosity::normal;
  ColourChoice colour = ColourChoice::automatic;
  LogLevel log_level = LogLevel::warning;
  std::optional<bool> ledger;  ///< nullopt: as hubward.toml has it, else but where CI is set
  bool rechecks = false;
  RunSettings run;
  FetchSettings fetch;
  RepairSettings repair;
  GateSettings gate;
  KeySettings key;
  DoctorSettings doctor;
  LockSettings locking;
};

/// The words that the flag takes; empty for one that takes other texts, or none. Static texts.
std::vector<std::string_view> choices_of(Flag flag);

/// Errors: usage; `where` is the flag or the variable that is wrong. Pure.
Result<Settings> settle(const CommandLine& line, const EnvironmentView& environment);

}  // namespace hubward
