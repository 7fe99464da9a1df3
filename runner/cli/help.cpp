#include "runner/cli/help.h"

#include <fmt/format.h>

namespace hubward {
namespace {

constexpr std::string_view kIntroduction =
    R"(hubward proves that a Hugging Face hub cache is whole before a test run relies on it.

usage: hubward [FLAGS] COMMAND …
       hubward --explain CODE
       hubward --version
)";

constexpr std::string_view kVerify =
    R"(usage: hubward verify [FLAGS] [REPO…]

Checks every model of the manifest: names, links, refs, sizes, and every byte against the hash
that names it. Needs no network and no write access. A REPO is `id`, `id@revision` or
`datasets/id`, and must be in the manifest.

exit codes: 0 complete and intact; 1 something required is missing; 2 something present is wrong;
64 usage; 65 bad manifest, lock or configuration; 66 a named input is not there; 74 I/O
)";

constexpr std::string_view kRun =
    R"(usage: hubward run [FLAGS] [--] CMD [ARGUMENT…]

Verifies the cache and runs CMD offline when it is complete. Otherwise [run] on_incomplete of
hubward.toml decides: a download fills the cache first, CMD goes online, or hubward refuses.
Everything from the first word on belongs to CMD; without one, [run] command is run.

exit codes: CMD's own; 128+N when signal N ended it; 124 after --timeout; 126 found but not
runnable; 127 not found; 125 for everything of hubward's own before CMD
)";

constexpr std::string_view kFetch =
    R"(usage: hubward fetch [FLAGS] [REPO…]

Verifies the cache, sets aside what is corrupt, downloads what the manifest's models lack, and
verifies again. Asks the Hub for nothing when the cache is complete. The token is HF_TOKEN, or the
one that a login has written. Where hubward.toml names a [fetch] command, that does the downloading.

exit codes: 0 complete; 1 something is not to be had; 2 what is there, or was served, is wrong;
64 usage; 65 bad manifest, lock or configuration; 66 a named input is not there; 69 Hub
unreachable; 74 I/O; 75 rate-limited or locked; 77 token missing or refused; 130, 143 ended
)";

constexpr std::string_view kLock =
    R"(usage: hubward lock [FLAGS] [REPO…]

Verifies every file of the manifest's models and writes commits, sizes and digests into the lock,
which is meant to be committed. What a lock says already stays: a cache that contradicts it is
refused, unless --update is to move the pins. With REPO… all other entries stay as they are.
--check (and --locked) writes nothing, opens no blob, and fails with a diff when manifest, lock and
cache differ; --no-lock writes the lock anew without reading the present one.

exit codes: 0 written, or nothing to do; 1 the cache lacks something, or --check found a difference;
2 something in the cache is wrong; 64 usage; 65 bad manifest, lock or configuration; 66 a named
input is not there; 74 I/O
)";

constexpr std::string_view kGate =
    R"(usage: hubward gate [FLAGS]

Says whether a cache is fit to be saved: all that `verify --all` tells, and beneath the saved paths
no interrupted download, no token, no link that a restore would leave dangling, nothing that changed
meanwhile. The last line is `fit=true` or `fit=false`; in GitHub Actions it is a step output, too.
--prune deletes what neither manifest nor lock needs before that; it says what, and asks.

exit codes: 0 fit; 1 unfit: incomplete, or something that should not be saved; 2 corrupt or hostile;
64 usage; 65 bad manifest, lock or configuration; 66 a named input is not there; 74 I/O; 75 another
process holds a lock of what would be pruned
)";

constexpr std::string_view kKey =
    R"(usage: hubward key [FLAGS]

Prints PREFIX-vN-OS-HASH: prefix and version are those of [key] in hubward.toml, the system is
GitHub's runner.os, the hash stands for what the lock says, or the manifest where there is no lock.
Comments, order, quoting and line ends change nothing. Reads no byte of the cache. No key is the
beginning of another.

exit codes: 0 done; 64 usage; 65 bad manifest, lock or configuration; 66 a named input is not
there; 74 I/O
)";

constexpr std::string_view kRepair =
    R"(usage: hubward repair [FLAGS] [REPO…]
       hubward repair --undo [DIR]
       hubward repair --purge

Puts right links, refs and markers where the cache itself, its listing or the lock tells how, sets
aside what is corrupt and what killed downloads have left, and verifies. Each original goes to a
session of the quarantine, from which --undo takes it back. Where there is no terminal to ask on,
--purge and what is hostile need --yes.

exit codes: 0 complete; 1 something required is missing, or --undo had to leave something; 2
something present is wrong; 64 usage; 65 bad manifest, lock, configuration or journal; 66 a named
input is not there; 74 I/O; 75 another process holds a lock; with --fetch also 69, 77, 130, 143
)";

constexpr std::string_view kDoctor =
    R"(usage: hubward doctor [FLAGS] [REPO[/FILE]]

Tells where each client will look from here, which variables it reads and which it ignores, which
token it would send, what it would find of each model and fetch first, how the cache fares, and the
one thing to do next. Judges by names and sizes, writes nothing, and asks nobody without --online.
With REPO/FILE it tells the story of that file alone: link by link, what its bytes should be and
are, which client wrote it, and what mends it. Does without a manifest.

exit codes: 0 all is well, as far as was looked; 1 something required is missing; 2 something
present is wrong; 64 usage; 65 bad manifest, lock or configuration; 66 a named input is not there;
74 I/O; with --online also 69 Hub unreachable, 75 rate-limited, 77 token refused
)";

constexpr std::string_view kMerge =
    R"(usage: hubward merge [FLAGS] REPORT…

Joins the JSON reports of `verify --shard 1/N` to `--shard N/N` into the one that verify without
--shard would have written of the same cache, with its exit code. Needs no cache. Reports of
different caches, manifests, locks, levels or versions are refused, and so is a set that lacks a
shard or has one twice. A REPORT may be - for standard input.

exit codes: those of verify for the whole: 0, 1, 2; 64 usage; 65 a report that does not belong to
the others, or is none; 66 a report is not there; 74 I/O
)";

constexpr std::string_view kHelp =
    R"(usage: hubward help [COMMAND]
       hubward help --man [COMMAND]

Shows the commands and the flags of all of them, or what one command does and its own flags.

exit codes: 0 done; 64 usage
)";

constexpr std::string_view kCompletion =
    R"(usage: hubward completion bash|zsh|fish
       hubward completion --ids [-- WORD…]

Prints a script that completes commands, flags and their values, finding codes, and the models of
the manifest. bash: put `source <(hubward completion bash)` into ~/.bashrc; zsh: write it to a file
`_hubward` in a folder of $fpath; fish: to ~/.config/fish/completions/hubward.fish. Packages bring
them along. --ids is what the scripts ask with: it finds the manifest as the command line WORD…
would, and says nothing where there is none.

exit codes: 0 done; 64 usage
)";

constexpr std::string_view kVariables =
    "Each long flag has a variable: --format is HUBWARD_FORMAT. A flag beats its variable,\n"
    "a variable beats hubward.toml.\n";

std::string flag_line(const FlagRow& row) {
  std::string names = row.short_name == 0 ? "   " : fmt::format("-{}", row.short_name);
  if (!row.long_name.empty())
    names += fmt::format("{} {}", row.short_name == 0 ? "" : ",", row.long_name);
  if (!row.value.empty()) names += fmt::format(" {}", row.value);
  return fmt::format("  {:<25} {}\n", names, row.help);
}

std::string flags_of(Command command, bool own) {
  std::string lines;
  for (const FlagRow& row : flag_rows()) {
    if (row.help.empty() || is_global(row) == own || !is_known_to(row, command)) continue;
    lines += flag_line(row);
  }
  return lines;
}

std::string command_lines() {
  std::string lines = "\ncommands:\n";
  for (const CommandRow& row : command_rows()) {
    lines += fmt::format("  {:<18} {}\n", fmt::format("{} {}", row.name, row.words), row.help);
  }
  return lines;
}

}  // namespace

std::string_view help_text(Command command) {
  switch (command) {
    case Command::none: return kIntroduction;
    case Command::verify: return kVerify;
    case Command::run: return kRun;
    case Command::fetch: return kFetch;
    case Command::lock: return kLock;
    case Command::repair: return kRepair;
    case Command::gate: return kGate;
    case Command::key: return kKey;
    case Command::doctor: return kDoctor;
    case Command::merge: return kMerge;
    case Command::help: return kHelp;
    case Command::completion: return kCompletion;
  }
  return kIntroduction;
}

std::string help_page(Command command) {
  std::string page(help_text(command));
  if (command == Command::none) page += command_lines();
  const std::string own = flags_of(command, true);
  if (!own.empty()) {
    page +=
        fmt::format("\n{}:\n{}",
                    command == Command::none ? "flags that need no command" : "its own flags", own);
  }
  page += "\nflags of every command:\n" + flags_of(command, false);
  page += '\n';
  page += kVariables;
  return page;
}

}  // namespace hubward
