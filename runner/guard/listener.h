// The guard's end of a filter: the kernel hands it calls, it hands back answers. The only user of
// seccomp(2) and of the listener's ioctls.
//
// Called directly, without libseccomp: Debian 12's knows no WAIT_KILLABLE_RECV, without which a
// program that is interrupted by signals loses its calls or repeats them for ever.
#pragma once

#include "verifier/cache/unique_fd.h"
#include <hubward/result.h>

#include <linux/filter.h>
#include <sys/types.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace hubward {

/// One call that waits for an answer.
struct Notification {
  std::uint64_t id = 0;
  pid_t thread = 0;  ///< as this process's namespace numbers it; 0 when it has no number here
  std::uint32_t audit_arch = 0;
  std::uint32_t number = 0;
  std::array<std::uint64_t, 6> arguments = {};
};

/// Thread safety: all but installation may be called from several threads at once.
class Listener {
 public:
  /// Filters the calling thread and all that it will fork, for good, and forbids it new privileges.
  /// Errors: io; `what` names the step.
  static Result<Listener> install(std::span<const sock_filter> program);

  int descriptor() const { return fd_.get(); }
  /// False where the kernel is older than 5.19: a signal then breaks a call off that waits.
  bool calls_outlast_signals() const { return calls_outlast_signals_; }

  /// Waits for a call, perhaps for ever: that nobody is left to make one ends it since Linux 6.11
  /// only. By one thread at a time.
  /// @param buffer  of notification_size() bytes, aligned for std::uint64_t; no allocation is done
  /// @return nullopt when the asker went away meanwhile, or nobody is left
  std::optional<Notification> receive(std::span<std::byte> buffer) const;
  std::size_t notification_size() const { return notification_size_; }

  /// Whether its asker still waits, so that what was read of it meanwhile was read of the asker.
  bool is_waiting(std::uint64_t id) const;

  // Answers. That the asker has gone is no error.
  void let_pass(std::uint64_t id) const;
  void refuse(std::uint64_t id, int error) const;
  void succeed(std::uint64_t id, std::int64_t value) const;

  /// Puts a copy of `source` in place of the asker's descriptor `target`.
  /// @return false with errno set
  bool replace(std::uint64_t id, int source, int target, bool close_on_exec) const;

 private:
  Listener() = default;
  void answer(std::uint64_t id, std::int64_t value, std::int32_t error, std::uint32_t flags) const;

  UniqueFd fd_;
  bool calls_outlast_signals_ = true;
  std::size_t notification_size_ = 0;
  std::size_t answer_size_ = 0;
};

}  // namespace hubward
