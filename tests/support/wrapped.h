// A process that stands for hubward in the tests of its launcher and sentinel: forked from the
// test, in a process group of its own, with pipes for its streams, so that it can be signalled
// alone or with its group.
#pragma once

#include "runner/launch/sentinel.h"

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace hubward::test {

class Wrapped {
 public:
  struct Options {
    std::vector<std::string> command;
    WatchRequest watch;
    EnvironmentList environment = {"PATH=/usr/bin:/bin"};
    Streams streams = Streams::inherited;
    std::function<void()> before;        ///< runs in the forked process first of all
    std::function<void()> before_start;  ///< runs when it is prepared, just before the command
  };

  explicit Wrapped(const Options& options);
  /// Runs `body` instead, whose result is the exit code.
  explicit Wrapped(const std::function<int()>& body);
  /// Kills the group if it has not ended.
  ~Wrapped();
  Wrapped(const Wrapped&) = delete;
  Wrapped& operator=(const Wrapped&) = delete;

  pid_t pid() const { return pid_; }
  /// Closes its standard input first.
  void end_input();
  void write_input(const std::string& bytes);
  /// One line of standard output without its newline; what came when the output ended.
  std::string read_line();
  std::string read_error_line();
  std::string read_all_output();
  std::string read_all_errors();
  /// Waits for it to end: its exit code, or minus the signal that ended it.
  int wait();

 private:
  pid_t pid_ = -1;
  int in_ = -1;
  int out_ = -1;
  int err_ = -1;
};

/// Starts and watches the command in this process, as `run` does.
/// @return the exit code; 120 when the sentinel could not be prepared
int stand_for_hubward(const Wrapped::Options& options);

/// Returns when the process has read all signals that were sent to it. Two of one number that are
/// pending together are one to the kernel, so the next may be sent only then.
void wait_until_heard(pid_t pid);

/// From /proc.
pid_t parent_of(pid_t pid);

/// A command that says "ready PID", then the name of each signal that comes ("INT"), and ends with
/// ALRM. It waits by sigwait: a shell that waits in `read` misses a signal that comes just before
/// the call.
std::vector<std::string> noting_signals(int exit_code = 0);

/// `sh -c script`.
std::vector<std::string> shell(const std::string& script);

}  // namespace hubward::test
