// What has to be cleared up if hubward is killed: a note in memory that it shares with its witness,
// which outlives it by that work.
//
// KILL cannot be caught. A tree that was being ended would stand frozen for ever, a token that was
// laid out for the command would lie there for ever; so both are written down before they are made.
#pragma once

#include "runner/launch/bridged_token.h"
#include "runner/launch/process_tree.h"

#include <sys/types.h>

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace hubward {

class Legacy {
 public:
  /// From here on all that descends from the command is being ended.
  void begin_ending() noexcept;
  /// It is one of them. Beyond some 16,000 nothing more is noted.
  void note(const ProcessId& process) noexcept;

  void note_token(const TokenTrace& trace) noexcept;
  void forget_token() noexcept { token_is_out_.store(false); }

  /// In the witness, when hubward has gone without a word: ends what was being ended, and takes the
  /// token away.
  /// @param hubward  its process number
  void settle(pid_t hubward) const;

 private:
  static constexpr std::size_t kMostProcesses = 16'384;

  void finish_ending(pid_t hubward) const;

  std::atomic<bool> is_ending_ = false;
  std::uint64_t ending_since_ = 0;  ///< clock ticks since boot
  std::atomic<std::uint32_t> count_ = 0;
  ProcessId processes_[kMostProcesses];
  std::atomic<bool> token_is_out_ = false;
  TokenTrace token_;
};

/// A Legacy in memory that is shared with every process forked while this lives.
class SharedLegacy {
 public:
  /// Without memory there is none.
  SharedLegacy() noexcept;
  ~SharedLegacy();
  SharedLegacy(const SharedLegacy&) = delete;
  SharedLegacy& operator=(const SharedLegacy&) = delete;

  /// nullptr when there is none.
  Legacy* get() const { return legacy_; }

 private:
  Legacy* legacy_ = nullptr;
};

}  // namespace hubward
