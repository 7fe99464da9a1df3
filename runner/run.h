// `hubward run`: verify, fetch what is missing, decide the mode, start the command, watch it.
//
// Everything that a process has only once (environment, clocks, standard error) comes in through
// RunRequest and RunPorts, so that every row of the contract's section 9 is a test that starts
// nothing it does not mean to start.
#pragma once

#include "runner/fetch/fetcher.h"
#include "runner/run_download.h"
#include "verifier/asked/config.h"
#include <hubward/report.h>
#include <hubward/result.h>
#include <hubward/verify.h>

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hubward {

struct RunRequest {
  VerifyRequest verify;
  std::vector<std::string> command;        ///< never empty; `[run] command` when none was given
  std::vector<std::string> fetch_command;  ///< `[fetch] command`; empty: none
  OnIncomplete on_incomplete = OnIncomplete::fetch;
  OnFetchFailure on_fetch_failure = OnFetchFailure::automatic;
  bool offline = false;  ///< --offline or --frozen; HF_HUB_OFFLINE is read from `environment`
  bool drop_token = false;
  bool repair_hostile = false;
  bool dry_run = false;
  bool quiet = false;       ///< no first and last line
  std::size_t columns = 0;  ///< of the terminal that reads standard error; 0: none does
  std::optional<std::chrono::nanoseconds> timeout;  ///< zero is none, as timeout(1) has it
  std::chrono::nanoseconds kill_after = std::chrono::seconds(10);
  std::optional<std::string> report_path;
  /// Someone has been told already that no report can be written there.
  bool report_is_known_unwritable = false;
  GuardMode guard = GuardMode::off;
  GuardWith guard_with = GuardWith::automatic;
  std::vector<std::string> guard_allow;  ///< networks, as the configuration has judged them
  /// The cache's place came from --cache-dir, HUBWARD_CACHE_DIR or [cache] dir, which no client
  /// reads: then the command is told by the clients' own variables.
  bool set_cache_variables = false;
  std::optional<std::string> quarantine_dir;   ///< --quarantine; default beside the cache
  std::map<std::string, std::string> run_env;  ///< [run.env]
  /// As inherited: "NAME=value", byte-exact, in order, duplicates included.
  std::vector<std::string> environment;
  /// Every token that a client would find, from the environment or a file: none of them is printed
  /// or written. The ports see to what they are given.
  std::vector<std::string> tokens;
  std::optional<std::string> login_file;  ///< see EnvironmentRequest
  BridgeWish bridge;                      ///< for what goes online: the command, the downloader
};

/// How long a line may wait for a reader who does not read.
enum class Patience : unsigned char {
  endless,
  brief,  ///< the command has ended, and its code shall not wait for a line of ours
};

/// The ways out of this process. All but `utc` are called from the thread that called `run`.
struct RunPorts {
  /// hubward::verify with a disk, an observer and one ProofBook for all calls, so that the second
  /// call hashes only what is new or has changed.
  std::function<Result<Report>(const VerifyRequest&)> verify;
  /// Writes to standard error, as it stands; the text ends in a newline.
  std::function<void(std::string_view, Patience)> say;
  std::function<std::chrono::system_clock::time_point()> utc;  ///< from any thread
  std::function<std::chrono::steady_clock::time_point()> monotonic;
  std::function<int(ErrorKind)> exit_code_of;  ///< the one table of codes
  /// Writes a whole file so that no reader sees half of one.
  std::function<Result<void>(const std::string& path, std::string_view text)> write_file;
  /// hubward's own downloader, for what this report says is lacking; used where no command is
  /// configured. May be empty: then nothing can be fetched.
  std::function<std::unique_ptr<Fetcher>(const Report&)> built_in;
};

/// Runs the command in the mode that the cache's verdict allows.
///
/// Starts processes, moves bad files into quarantine and waits for the command: see docs/run.md.
/// Must be called while the process has one thread. The command's streams are never touched;
/// hubward itself writes to standard error alone. Once the command has ended, all signals stay
/// blocked: the caller is to exit with the code, and nothing shall put another in its place.
/// @return the command's own exit code; 128+N when signal N ended it; 124 after the timeout; 126
/// and 127
///         when it could not be started; 125 for everything of hubward's own, after a last line on
///         standard error that ends in the reason, as "[2 hostile]".
int run(const RunRequest& request, const RunPorts& ports);

/// The exit code of `run` for everything of hubward's own before the command.
inline constexpr int kRunRefused = 125;

/// The last line of a refusal: "hubward: error: WHAT [65 bad manifest]" and a newline. For errors
/// met before `run` could be called, as in the manifest; the caller then exits with kRunRefused.
/// @param what    a sentence, perhaps of several lines; safe for eyes
/// @param code    what any other command would have exited with
/// @param reason  a few words
std::string refusal_line(std::string_view what, int code, std::string_view reason);

}  // namespace hubward
