// Who descends from hubward, by /proc. A session or a group of its own does not take a process out
// of the tree, and hubward is the subreaper of those whose parents have gone: nobody escapes but by
// privilege.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <set>
#include <vector>

namespace hubward {

/// A process as it is told apart from a later one of the same number.
struct ProcessId {
  pid_t pid = -1;
  std::uint64_t started = 0;  ///< clock ticks since boot

  friend auto operator<=>(const ProcessId&, const ProcessId&) = default;
};

struct ProcessStatus {
  ProcessId id;
  pid_t parent = -1;
  char state = '?';
  std::uint64_t threads = 1;
};

/// nullopt when it has gone.
std::optional<ProcessStatus> status_of(pid_t pid);

/// A process whose first thread has ended looks like a zombie while the others work on.
bool is_alive(const ProcessStatus& status);

/// The number that was given out last, 0 where there is no /proc.
pid_t youngest_process();

/// The numbers of all processes, in rising order. Empty where there is no /proc.
std::vector<pid_t> all_processes();

/// Whether /proc is mounted and speaks of processes by the numbers that this one knows: it may have
/// been left from outside of a process namespace.
bool has_own_proc();

/// All living descendants of `root` (zombies are not alive), but for `excluded` and what descends
/// from them. Empty where there is no /proc of our own.
std::vector<ProcessId> descendants_of(pid_t root, const std::set<ProcessId>& excluded);

/// Whether a process is stopped by a signal, or cannot be looked at.
bool may_be_stopped(pid_t pid);

}  // namespace hubward
