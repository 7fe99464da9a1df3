// Who leaves the machine: watches the network calls of the command and of all that it starts, in
// any language, without root.
#pragma once

#include "verifier/asked/config.h"
#include <hubward/guard_report.h>
#include <hubward/result.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace hubward {

/// The variable that tells a guard within of the one around it.
inline constexpr std::string_view kGuardMark = "HUBWARD_GUARDED";

struct GuardRequest {
  GuardMode mode = GuardMode::off;
  GuardWith with = GuardWith::automatic;
  std::vector<std::string> allow;  ///< networks, as the configuration has judged them
  std::string endpoint_host;       ///< of HF_ENDPOINT: its names are the Hub's; may be empty
  /// kGuardMark as inherited: what a guard around this one has left; empty: none.
  std::string outer;
  /// Takes secrets out of what is written down. Called from any thread.
  std::function<std::string(std::string_view)> redact;
  std::function<std::chrono::system_clock::time_point()> now;  ///< called from any thread
};

/// The calls in this order, each while the process has one thread but `end`.
class Guard {
 public:
  virtual ~Guard() = default;

  /// Tries out, in a process of its own, that the guard holds. `enforce` is a promise: where it
  /// cannot be kept nothing is to be started.
  /// @return warnings, safe for eyes; they are the first of GuardReport::warnings
  /// Errors: usage when this build has no guard, or none that does what is asked; io when it does
  /// not hold here: `what` says which step failed, and what to do.
  virtual Result<std::vector<std::string>> prepare(const GuardRequest& request) = 0;

  /// What held: "seccomp", "netns", "outer"; "none" before `prepare` and where nothing does.
  virtual std::string_view mechanism() const = 0;

  /// "NAME=value" for the command's environment, so that a guard within knows of this one; empty:
  /// none.
  virtual std::string mark() const = 0;

  /// Runs `start` so that what it forks is guarded; may be called again where that failed. Signals
  /// are blocked meanwhile, and stay so in the threads that this starts.
  /// Errors: io when it was not run, for the guard could not begin and shall enforce.
  virtual Result<void> run_guarded(const std::function<void()>& start) = 0;

  /// In the command's process, between fork and exec: async-signal-safe.
  /// @return 0, or an errno; then nothing may be executed
  virtual int in_child() const noexcept = 0;

  /// The command has ended. Those that it has left behind are still guarded, and no more written
  /// down. Afterwards the process has one thread again.
  virtual GuardReport end() = 0;
};

/// The guard of this build.
std::unique_ptr<Guard> make_guard();

/// What a guard can do here.
struct GuardAbility {
  std::string mechanism;  ///< as Guard::mechanism
  std::string names;      ///< as GuardReport::names: of the mechanism that holds
  std::string failed;     ///< the step that failed and what helps; empty: it holds
  std::vector<std::string> warnings;
};

/// Tries out what `run` would with that request (`off` as `enforce`; `redact` and `now` may be
/// empty), and starts no command. Nothing of it stays: no process, no thread, no descriptor. Under
/// `GuardWith::automatic` the network of the command's own is not tried: ask once more with
/// `netns`. All texts are safe for eyes. Takes some ten milliseconds; call it while the process has
/// one thread.
GuardAbility probe_guard(const GuardRequest& asked);

}  // namespace hubward
