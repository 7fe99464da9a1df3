#include "runner/cli/flags.h"

#include <algorithm>
#include <array>

namespace hubward {
namespace {

constexpr auto kOn = Variable::yes;
constexpr auto kOff = Variable::no;
constexpr auto kEvery = Commands::all();
constexpr auto kAllThatLookAtCaches = kEvery.without(Command::merge);
constexpr Commands kAlone = {Command::none};
constexpr Commands kRun = {Command::run};
constexpr Commands kVerify = {Command::verify};
constexpr Commands kFetch = {Command::fetch};
constexpr Commands kDoctor = {Command::doctor};
constexpr Commands kGate = {Command::gate};
constexpr Commands kHelp = {Command::help};
constexpr Commands kCompletion = {Command::completion};
constexpr Commands kKey = {Command::key};
constexpr Commands kLock = {Command::lock};
constexpr Commands kRepair = {Command::repair};
constexpr Commands kVerifyAndRepair = {Command::verify, Command::repair};
constexpr Commands kFetchAndRepair = {Command::fetch, Command::repair};
constexpr Commands kRepairAndGate = {Command::repair, Command::gate};
constexpr Commands kRunAndFetch = {Command::run, Command::fetch};
constexpr Commands kAllThatQuarantine = {Command::run, Command::fetch, Command::repair};
constexpr Commands kAllThatChange = {Command::run, Command::fetch, Command::repair, Command::gate};
constexpr Commands kAllThatVerify = {Command::verify, Command::run, Command::fetch};
constexpr Commands kAllThatRequire = {Command::verify, Command::run, Command::fetch,
                                      Command::repair};

constexpr std::array<CommandRow, 11> kCommandRows = {{
    {Command::verify, "verify", "[REPO…]",
     "check the cache against manifest and lock; changes nothing"},
    {Command::run, "run", "[--] CMD…",
     "verify, fetch what is missing, run CMD in the mode the verdict allows"},
    {Command::fetch, "fetch", "[REPO…]",
     "download what is missing or corrupt, into the clients' own layout"},
    {Command::lock, "lock", "[REPO…]",
     "write down what the cache holds, to be committed and held against"},
    {Command::repair, "repair", "[REPO…]",
     "put right what can be, set aside what is corrupt; --undo takes it back"},
    {Command::gate, "gate", "",
     "say whether the cache is fit to be saved, and delete what need not be"},
    {Command::key, "key", "", "print the key under which a CI engine stores the cache"},
    {Command::doctor, "doctor", "[REPO]",
     "tell what each client will make of this environment and cache"},
    {Command::merge, "merge", "REPORT…",
     "join the reports of `verify --shard I/N` into that of the whole cache"},
    {Command::help, "help", "[COMMAND]", "show this help, or that of a command"},
    {Command::completion, "completion", "SHELL",
     "print what lets bash, zsh or fish complete all of this"},
}};

constexpr auto kCommands = [] {
  std::array<Command, kCommandRows.size()> commands{};
  std::ranges::transform(kCommandRows, commands.begin(), &CommandRow::command);
  return commands;
}();

constexpr std::array<FlagRow, 59> kRows = {{
    {Flag::directory, "", 'C', Takes::values, "DIR", kEvery, kOff, "act as if started in DIR"},
    {Flag::manifest, "--manifest", 0, Takes::value, "FILE", kAllThatLookAtCaches, kOn,
     "the list of models the tests load; - is standard input"},
    {Flag::lock, "--lock", 0, Takes::value, "FILE", kAllThatLookAtCaches, kOn,
     "the lock (default: model_manifest.lock.toml beside the manifest)"},
    {Flag::no_lock, "--no-lock", 0, Takes::nothing, "", kAllThatLookAtCaches, kOn,
     "ignore a lock that exists"},
    {Flag::locked, "--locked", 0, Takes::nothing, "", kAllThatLookAtCaches, kOn,
     "fail when there is no lock"},
    {Flag::config, "--config", 0, Takes::value, "FILE", kAllThatLookAtCaches, kOn,
     "the configuration (default: hubward.toml here or above, up to .git)"},
    {Flag::cache_dir, "--cache-dir", 0, Takes::value, "DIR", kAllThatLookAtCaches, kOn,
     "the hub cache (default: where the clients look)"},
    {Flag::format, "--format", 0, Takes::values, "F[=FILE]", kEvery, kOn,
     "text, json, jsonl, github, sarif or junit; =FILE writes it there"},
    {Flag::output, "--output", 'o', Takes::value, "FILE", kEvery, kOn,
     "write the result to FILE, not to standard output"},
    {Flag::jobs, "--jobs", 'j', Takes::value, "N", kAllThatLookAtCaches, kOn,
     "files hashed at once (default: one a core)"},
    {Flag::quiet, "--quiet", 'q', Takes::nothing, "", kEvery, kOn, "say only the last line"},
    {Flag::verbose, "--verbose", 'v', Takes::nothing, "", kEvery, kOn,
     "say every path, and the notes"},
    {Flag::no_ledger, "--no-ledger", 0, Takes::nothing, "", kAllThatLookAtCaches, kOn,
     "read every blob, and remember nothing of it"},
    {Flag::ledger, "--ledger", 0, Takes::nothing, "", kAllThatVerify, kOn,
     "take what an earlier run has read, where CI is set too"},
    {Flag::recheck, "--recheck", 0, Takes::nothing, "", kAllThatVerify, kOn,
     "read every blob again, and renew what is remembered"},
    {Flag::color, "--color", 0, Takes::value, "WHEN", kEvery, kOn,
     "auto, always or never (also NO_COLOR, CLICOLOR_FORCE)"},
    {Flag::log_level, "--log-level", 0, Takes::value, "LEVEL", kEvery, kOn,
     "diagnosis on standard error: debug, info, warning (default), error, off"},
    {Flag::help, "--help", 'h', Takes::nothing, "", kEvery, kOff, "show this help"},
    {Flag::version, "--version", 'V', Takes::nothing, "", kAlone, kOff,
     "show the version, the libraries and what this build can do"},
    {Flag::explain, "--explain", 0, Takes::value, "CODE", kAlone, kOff,
     "tell what a finding code means and what mends it"},
    {Flag::all, "--all", 0, Takes::nothing, "", kVerifyAndRepair, kOn,
     "judge all that the cache holds, for integrity, manifest or not"},
    {Flag::level, "--level", 0, Takes::value, "LEVEL", kAllThatVerify, kOn,
     "layout (names and links), size, or content (default: every byte)"},
    {Flag::require, "--require", 0, Takes::value, "BASIS", kAllThatRequire, kOn,
     "what must vouch for the files: assumed (default), tree or lock"},
    {Flag::frozen, "--frozen", 0, Takes::nothing, "", kAllThatLookAtCaches, kOn,
     "--locked and --offline"},
    {Flag::offline, "--offline", 0, Takes::nothing, "", kRunAndFetch, kOn,
     "never download, never go online: fail unless the cache is complete"},
    {Flag::dry_run, "--dry-run", 0, Takes::nothing, "", kAllThatChange, kOn,
     "say what would be done, and do nothing"},
    {Flag::report, "--report", 0, Takes::value, "FILE", kRun, kOn,
     "write the JSON report of the last verification to FILE"},
    {Flag::timeout, "--timeout", 0, Takes::value, "TIME", kRun, kOn,
     "end CMD after TIME (90s, 15m, 2h)"},
    {Flag::kill_after, "--kill-after", 0, Takes::value, "TIME", kRun, kOn,
     "from the timeout's TERM to its KILL (default: 10s)"},
    {Flag::drop_token, "--drop-token", 0, Takes::nothing, "", kRun, kOn,
     "keep the token from an offline CMD"},
    {Flag::guard, "--guard", 0, Takes::value, "MODE", kRun, kOn,
     "off (default), observe, or enforce that CMD stays on this machine"},
    {Flag::guard_with, "--guard-with", 0, Takes::value, "HOW", kRun, kOn,
     "auto (default), seccomp, or netns where that is forbidden"},
    {Flag::repair_hostile, "--repair-hostile", 0, Takes::nothing, "", kRun, kOn,
     "set hostile entries of the cache aside instead of refusing"},
    {Flag::quarantine, "--quarantine", 0, Takes::value, "DIR", kAllThatQuarantine, kOn,
     "where bad files are set aside (default: beside the cache)"},
    {Flag::plan, "--plan", 0, Takes::nothing, "", kFetch, kOn,
     "say which files, bytes and requests it would take, and do nothing"},
    {Flag::parallel, "--parallel", 0, Takes::value, "N", kFetch, kOn,
     "files downloaded at once (default: 8)"},
    {Flag::retries, "--retries", 0, Takes::value, "N", kFetch, kOn,
     "how often a file is asked for again after a failure (default: 6)"},
    {Flag::deadline, "--deadline", 0, Takes::value, "TIME", kFetch, kOn,
     "for all of it, waiting included (default: 15m)"},
    {Flag::lock_timeout, "--lock-timeout", 0, Takes::value, "TIME", kFetchAndRepair, kOn,
     "wait so long for another process's lock (fetch: to the end; repair: 0s)"},
    {Flag::saving, "--saving", 0, Takes::values, "PATH", kGate, kOn,
     "a path that will be saved; may stand several times (default: the cache)"},
    {Flag::max_size, "--max-size", 0, Takes::value, "SIZE", kGate, kOn,
     "how large all that is saved may be (10GB, 512MiB)"},
    {Flag::max_orphans, "--max-orphans", 0, Takes::value, "SIZE", kGate, kOn,
     "how much of it may be blobs that nothing links to (default: none)"},
    {Flag::prune, "--prune", 0, Takes::nothing, "", kGate, kOn,
     "first delete what neither manifest nor lock needs"},
    {Flag::exit_zero, "--exit-zero", 0, Takes::nothing, "", kGate, kOn,
     "exit 0 for an unfit cache too: `fit` tells"},
    {Flag::yes, "--yes", 0, Takes::nothing, "", kRepairAndGate, kOn,
     "ask nothing: prune or purge, and set hostile entries aside"},
    {Flag::hash_files, "--hash-files", 0, Takes::nothing, "", kKey, kOn,
     "hash as GitHub's hashFiles does: the file's bytes, not its meaning"},
    {Flag::restore_keys, "--restore-keys", 0, Takes::nothing, "", kKey, kOn,
     "print what restore-keys may hold, a line each, instead of the key"},
    {Flag::raw, "--raw", 0, Takes::nothing, "", kKey, kOn, "print the hash alone"},
    {Flag::bump, "--bump", 0, Takes::nothing, "", kKey, kOn,
     "raise [key] version in hubward.toml, so that the next cache starts empty"},
    {Flag::check, "--check", 0, Takes::nothing, "", kLock, kOn,
     "write nothing: fail when manifest, lock and cache differ, by names"},
    {Flag::update, "--update", 0, Takes::nothing, "", kLock, kOn,
     "lock what the cache holds now, also where the lock says otherwise"},
    {Flag::sha256, "--sha256", 0, Takes::nothing, "", kLock, kOn,
     "write the SHA-256 of each file beside its oid, now and from now on"},
    {Flag::fetch, "--fetch", 0, Takes::nothing, "", kRepair, kOn,
     "then download what is missing, as `hubward fetch` does"},
    {Flag::undo, "--undo", 0, Takes::nothing, "", kRepair, kOff,
     "take the newest session of the quarantine back, or the one named by DIR"},
    {Flag::purge, "--purge", 0, Takes::nothing, "", kRepair, kOff,
     "delete what lies in the quarantine for ever"},
    {Flag::online, "--online", 0, Takes::nothing, "", kDoctor, kOn,
     "also ask the Hub once: is the token good, what is left of the rate limit"},
    {Flag::man, "--man", 0, Takes::nothing, "", kHelp, kOff, "show it as the source of a man page"},
    {Flag::ids, "--ids", 0, Takes::nothing, "", kCompletion, kOff,
     "print the manifest's models, a line each, instead of a script"},
    {Flag::shard, "--shard", 0, Takes::value, "I/N", kVerify, kOn,
     "hash the I-th of N shares of the blobs; `merge` joins the reports"},
}};

constexpr bool is_in_step() {
  for (std::size_t index = 0; index < kRows.size(); ++index) {
    if (static_cast<std::size_t>(kRows[index].flag) != index) return false;
  }
  return kRows.back().flag == Flag::shard;
}
static_assert(is_in_step(), "a flag has no row of its own in the table");

}  // namespace

std::span<const CommandRow> command_rows() { return kCommandRows; }

std::span<const Command> commands() { return kCommands; }

std::string_view to_string(Command command) {
  const auto row = std::ranges::find(kCommandRows, command, &CommandRow::command);
  return row == kCommandRows.end() ? std::string_view() : row->name;
}

std::span<const FlagRow> flag_rows() { return kRows; }

const FlagRow& row_of(Flag flag) { return kRows[static_cast<std::size_t>(flag)]; }

const FlagRow* row_named(std::string_view long_name) {
  for (const FlagRow& row : kRows) {
    if (!row.long_name.empty() && row.long_name == long_name) return &row;
  }
  return nullptr;
}

const FlagRow* row_named(char short_name) {
  for (const FlagRow& row : kRows) {
    if (row.short_name != 0 && row.short_name == short_name) return &row;
  }
  return nullptr;
}

bool is_known_to(const FlagRow& row, Command command) { return row.known_to.contains(command); }

bool is_global(const FlagRow& row) {
  return row.known_to.without(Command::merge) == kAllThatLookAtCaches;
}

std::string variable_of(const FlagRow& row) {
  std::string name = "HUBWARD_";
  for (const char letter : row.long_name.substr(2)) {
    name += letter == '-' ? '_' : static_cast<char>(letter - ('a' - 'A'));
  }
  return name;
}

std::string shown_name(const FlagRow& row) {
  if (!row.long_name.empty()) return std::string(row.long_name);
  return {'-', row.short_name};
}

}  // namespace hubward
