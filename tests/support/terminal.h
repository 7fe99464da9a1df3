// A terminal with a job-control shell on it, for tests of Ctrl-C, Ctrl-Z and `fg`: a
// pseudo-terminal whose session leader starts one job in the foreground, in a process group of its
// own, and tells what becomes of it.
#pragma once

#include <sys/types.h>

#include <functional>
#include <string>

namespace hubward::test {

class Terminal {
 public:
  /// @param job  runs in the job's first process; its result is the exit code
  explicit Terminal(const std::function<int()>& job);
  /// Hangs up.
  ~Terminal();
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  /// Types: "\x03" is Ctrl-C, "\x1a" Ctrl-Z, "\x1c" Ctrl-backslash.
  void type(const std::string& keys);
  /// `bg`: continued, but the terminal stays the shell's.
  void continue_in_background();
  /// The other end of the line is closed. Nothing can be read or typed any more.
  void hang_up();
  /// What appears on the terminal up to the next line end, without it. Typed keys are not echoed.
  std::string read_line();
  /// The shell's next word about its job: "stopped 20", "exited 0", "killed 2".
  std::string read_word();
  /// `fg`: back into the foreground, and continued, when it returns.
  void continue_job();
  /// The window changes its size.
  void resize(unsigned short columns);
  pid_t job() const { return job_; }

 private:
  void order(const char* letter);

  int master_ = -1;
  int words_ = -1;   ///< from the shell
  int orders_ = -1;  ///< to the shell
  pid_t shell_ = -1;
  pid_t job_ = -1;
};

}  // namespace hubward::test
