// What `run` does with a guard: when it is asked, what is said of it, and what it makes of the exit
// code.
#pragma once

#include "runner/guard/guard.h"
#include "runner/launch/environment.h"
#include "runner/run.h"
#include <hubward/guard_report.h>
#include <hubward/result.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace hubward {

class RunGuard {
 public:
  /// Both outlive it.
  RunGuard(const RunRequest& request, const RunPorts& ports);

  /// See Guard::prepare.
  /// @return lines for standard error
  Result<std::string> prepare();
  /// nullptr when there is none.
  Guard* guard() { return is_on() ? guard_.get() : nullptr; }
  /// The command's environment, with the mark for guards within.
  EnvironmentList marked(EnvironmentList environment) const;

  /// "enforce (seccomp)"; empty when there is none.
  std::string name() const;
  /// A command that would have new privileges gets none. Empty: it wants none.
  std::string privileges_warning(const EnvironmentList& environment) const;

  /// The command has ended.
  void end();
  /// nullopt before `end`, and where no guard was asked for.
  const std::optional<GuardReport>& report() const { return report_; }
  /// The run's exit code, when the command's was `code`.
  int exit_code(int code) const;

  /// Lines for standard error, each ending in a newline: who tried what.
  std::string leaks_text() const;
  /// Into the job's summary, on a page of its own: the first one is there for whoever is killed
  /// meanwhile.
  /// @return what could not be written, a sentence each
  std::vector<std::string> write_summary() const;
  /// Behind "command ended with 0 after 1 s": "; 3 attempts to leave the machine"; or empty.
  std::string ending_clause() const;
  /// The last line of a command that passed and leaked under enforce; else empty.
  std::string verdict_line(int code) const;

 private:
  bool is_on() const { return request_.guard != GuardMode::off; }
  bool is_refusing() const { return request_.guard == GuardMode::enforce; }

  const RunRequest& request_;
  const RunPorts& ports_;
  std::unique_ptr<Guard> guard_;
  std::size_t told_ = 0;  ///< of the report's warnings: those that were told before the command
  std::optional<GuardReport> report_;
};

}  // namespace hubward
