// The signal mask and dispositions that hubward was started with, so that the command gets exactly
// these. `nohup hubward run …` must reach a command that ignores HUP; what hubward blocks or
// ignores for its own needs must not leak into it.
#pragma once

#include <bitset>
#include <csignal>

namespace hubward {

/// A value; taken once, before hubward changes anything.
class InheritedSignals {
 public:
  static InheritedSignals now();

  bool was_ignored(int signal) const { return ignored_.test(static_cast<std::size_t>(signal)); }
  bool was_blocked(int signal) const { return ::sigismember(&mask_, signal) == 1; }
  /// Puts back the mask and all dispositions that hubward may have changed. Async-signal-safe:
  /// called between fork and exec.
  void restore() const noexcept;
  /// The mask and SIGCHLD only: writes still fail while hubward has something to say.
  void restore_all_but_writes() const noexcept;

 private:
  InheritedSignals() = default;
  sigset_t mask_ = {};
  std::bitset<128> ignored_;
};

/// Writing to a pipe whose reader has gone, or beyond RLIMIT_FSIZE, must fail, not kill: hubward's
/// last line may well go to a `head` that has seen enough, and the command's exit code would be
/// lost with us. Restored by InheritedSignals::restore.
void let_writes_fail() noexcept;

}  // namespace hubward
