// Tells a signal that was sent to hubward alone from one that was sent to its whole process group.
//
// The siginfo cannot: kill(pid) and kill(-group) look alike, and a doubled INT is no small thing (a
// second one makes many test runners drop their cleanup). So a small process of ours sits in the
// same group with every signal blocked, and is asked what has come its way. The kernel walks a
// group from its youngest member to its oldest, so what hubward has got, the witness has got
// before.
//
// It outlives a hubward that is killed, so it also clears up what that leaves (legacy.h).
#pragma once

#include "runner/launch/legacy.h"
#include "verifier/cache/unique_fd.h"

#include <sys/types.h>

#include <cstdint>
#include <optional>

namespace hubward {

std::int64_t monotonic_nanoseconds() noexcept;

/// A set of signal numbers, bit N-1 for signal N, as in /proc/PID/status.
using SignalMask = std::uint64_t;
constexpr SignalMask mask_of(int signal) { return SignalMask{1} << (signal - 1); }

class Witness {
 public:
  /// A Witness that could not be started knows nothing: ask() gives nullopt.
  /// @param legacy  shared with it, for it to settle when this process ends and has not dismissed
  /// it; nullptr: none
  static Witness start(const Legacy* legacy);
  Witness(Witness&&) noexcept;
  Witness& operator=(Witness&&) = delete;
  ~Witness();

  /// -1 when there is none.
  pid_t pid() const { return pid_; }
  /// It has ended and was waited for by someone else.
  void forget() { pid_ = -1; }
  /// Those of `signals` that came since `since` (monotonic_nanoseconds) or a quarter of a second
  /// before it, each told once. A witness that was stopped with the group is continued first;
  /// whether a CONT came is then not known, and not told. nullopt when there is no answer.
  std::optional<SignalMask> ask(SignalMask signals, std::int64_t since);
  /// Ends it: from here on it knows nothing.
  void dismiss();

 private:
  Witness() = default;
  pid_t pid_ = -1;
  UniqueFd line_;
};

}  // namespace hubward
