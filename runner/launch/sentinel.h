// Watches a command until it ends, and is invisible meanwhile: a shell, a terminal, a CI engine or
// a `kill` must find hubward and its command behaving as the command alone would.
//
// The naive way (wait, and install a handler that kills the child) doubles every Ctrl-C, dies of
// the signals it did not think of, never tells the shell that the job was stopped, and leaves the
// grandchildren of a timed-out test running.
#pragma once

#include "runner/launch/alarm.h"
#include "runner/launch/launcher.h"
#include "runner/launch/legacy.h"
#include "runner/launch/process_tree.h"
#include "runner/launch/signal_inbox.h"
#include <hubward/result.h>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <vector>

namespace hubward {

using MonotonicTime = std::chrono::steady_clock::time_point;
using MonotonicClock = std::function<MonotonicTime()>;

struct WatchRequest {
  std::optional<std::chrono::nanoseconds> timeout;  ///< from the start of the watch
  std::chrono::nanoseconds kill_after = std::chrono::seconds(10);
};

/// How a command ended.
struct Ending {
  int exit_code = 0;          ///< its own; 128+N when signal N ended it; 124 after the timeout
  std::optional<int> signal;  ///< what ended it
  bool timed_out = false;
  /// INT, TERM, HUP or QUIT, when someone sent that while it was watched.
  std::optional<int> asked_to_end;
};

/// From `prepare` on, signals wait to be passed on; the destructor puts that back. Starts and ends
/// with one thread.
class Sentinel {
 public:
  /// To be called before the command is started, so that nothing is lost in between.
  /// Errors: io.
  static Result<std::unique_ptr<Sentinel>> prepare(const InheritedSignals& inherited,
                                                   const WatchRequest& request,
                                                   MonotonicClock clock);

  /// What is to be cleared up if this process is killed; nullptr where nobody could.
  Legacy* legacy() const { return legacy_->get(); }

  /// INT, TERM, HUP or QUIT that came before there was a command to pass it on to.
  std::optional<int> asked_to_end_early() const { return inbox_->waiting_end(); }

  /// Where no process more may be made, the command needs the place of the witness. From here on a
  /// signal that someone sends to the whole group, and no terminal, is doubled.
  void do_without_witness() { inbox_->witness().dismiss(); }

  /// The command's code is the last word: nothing that comes after its end may take its place. From
  /// here on signals stay blocked for good, also when the sentinel has gone.
  void leave_signals_blocked() { inbox_->leave_signals_blocked(); }

  /// Waits for `child` only. What it leaves behind is left alone, but reaped if it ends meanwhile.
  /// Without a /proc of our own the timeout reaches the command alone, not its descendants. Once it
  /// has passed, all of them are ended also if this process is killed.
  Ending watch(const Child& child);

  /// To be asked after the watch. The kernel tells a group from its youngest member on, so that a
  /// Ctrl-C may have ended the command before hubward hears of it: then it is waited for a moment.
  std::optional<int> asked_to_end_at_last();

 private:
  Sentinel(std::unique_ptr<SharedLegacy> legacy, std::unique_ptr<SignalInbox> inbox,
           const WatchRequest& request, MonotonicClock clock);

  void watch_until(std::optional<MonotonicTime> until, const std::function<bool()>& enough);
  void wait_for_signals(std::optional<MonotonicTime> until);
  void pass_on(const Arrival& arrival);
  void pass_on_early(const EarlySignals& early);
  void reap();
  void stop_like(int signal);
  void end_all();
  void tell_all_to_end();
  bool kill_all();
  void note(const ProcessId& process);
  bool all_have_ended() const;
  std::vector<ProcessId> descendants() const;

  std::unique_ptr<SharedLegacy> legacy_;  ///< outlives the inbox
  std::unique_ptr<SignalInbox> inbox_;
  WatchRequest request_;
  MonotonicClock clock_;
  std::set<ProcessId> not_the_commands_;  ///< children that were there before it
  std::optional<Alarm> alarm_;
  std::optional<MonotonicTime> until_;  ///< the alarm's
  pid_t child_ = -1;
  bool ends_all_ = false;  ///< the timeout has passed: from here on nothing stops us
  std::optional<Ending> ending_;
  std::optional<int> asked_to_end_;
};

}  // namespace hubward
