// Ends a whole tree of processes that will not be ended.
//
// The naive way (list them, kill them, look again) never ends where each lives a few milliseconds
// and leaves a child in a session of its own: what was listed has gone, what was born meanwhile was
// not listed. So each is stopped in the moment it is seen, for what is stopped has no more children
// and stays where it was seen. The youngest are looked at first, and without a list, for those live
// shortest: 150 chains that fork every 10 ms are caught in a few passes, where passes in the order
// of /proc come too late for ever. When some passes meet nobody new, nor anybody who has died since
// the one before, all of it stands still and can be killed at once.
#pragma once

#include "runner/launch/process_tree.h"

#include <functional>
#include <map>
#include <set>
#include <utility>

namespace hubward {

class Roundup {
 public:
  /// @param belongs  of a process whose parent is none of those that are stopped: whether it is
  /// one all the same
  explicit Roundup(std::function<bool(const ProcessStatus&)> belongs)
      : belongs_(std::move(belongs)) {}

  using Seen = std::function<void(const ProcessId&)>;
  /// Passes over all processes until they are quiet; some hundred at most.
  /// @param seen          told of each when it is stopped
  /// @param after_a_pass  where the dead among them are this process's, it is to reap them
  void stop_all(const Seen& seen, const std::function<void()>& after_a_pass);
  /// Those that were stopped, by KILL; not a later process of the same number.
  void kill_all() const;

  /// Whether none of them has been met, neither alive nor dead.
  bool is_empty() const { return stopped_.empty() && dead_.empty(); }

 private:
  bool pass(const Seen& seen);
  bool is_new(pid_t pid, const Seen& seen);

  std::function<bool(const ProcessStatus&)> belongs_;
  std::map<pid_t, ProcessId> stopped_;
  std::set<ProcessId> dead_;  ///< that somebody is alive, or was when a pass began
};

}  // namespace hubward
