// What the way of `run` carries from step to step. Its steps up to the decision are in run.cpp,
// what becomes of the decision in run_outcome.cpp. Private to the room.
#pragma once

#include "runner/fetch/own_downloader.h"
#include "runner/launch/mode.h"
#include "runner/launch/watched.h"
#include "runner/mend/quarantine.h"
#include "runner/run.h"
#include "runner/run_asks.h"
#include "runner/run_guard.h"
#include "runner/run_words.h"

#include <fmt/core.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hubward {

/// A step of the way; its error is the exit code, after all has been said.
using Passed = tl::expected<void, int>;

/// Goes once.
class RunWay {
 public:
  /// Both outlive the way.
  RunWay(const RunRequest& request, const RunPorts& ports);

  /// @return the exit code
  int go();

 private:
  /// What a refusal ends in where the guard that was promised cannot be had.
  static constexpr std::string_view kNoGuard = "no guard";

  Passed reach_decision();
  int act();

  Passed prepare_guard();
  Passed check_quarantine();
  Passed look_for_command();
  Passed verify();
  Passed repair_hostile();
  Passed fetch();
  Passed take_away(FindingClass whose);
  std::optional<Bridge> bridge_of(Mode mode) const;
  void warn_of_bridge(const Error& error) const;
  Passed go_without(const Error& obstacle);
  OwnDownload own_download(const std::vector<std::string>& command) const;
  FetchEnding run_downloader(const std::vector<std::string>& command);
  int run_command(Mode mode);
  int cannot_start(const StartFailure& failure);
  int tell_plan();

  int refuse();
  int refuse(const Error& error);
  int refuse(const std::string& what, int code, std::string_view reason);

  void say(std::string_view line) const { say_text(fmt::format("hubward: {}\n", line)); }
  void say_text(std::string_view text) const {
    ports_.say(text, command_has_ended_ ? Patience::brief : Patience::endless);
  }
  void say_unless_quiet(std::string_view line) const {
    if (!request_.quiet) say(line);
  }
  void warn(const std::string& what) const { say("warning: " + what); }

  std::string anonymity() const { return request_.tokens.empty() ? "; anonymous, no token" : ""; }
  EnvironmentRequest environment_of(Mode mode) const {
    return hubward::environment_of(request_, mode);
  }
  QuarantineRequest quarantine_request() const { return quarantine_of(request_, ports_.utc()); }
  std::vector<QuarantineItem> planned(FindingClass whose) const;
  void leave_files(Mode mode, const std::string& why);
  void write_report(int exit_code);
  double seconds_since(MonotonicTime start) const;

  const RunRequest& request_;
  const RunPorts& ports_;
  InheritedSignals inherited_;
  ModePolicy policy_;
  RunGuard guard_;
  std::optional<Report> report_;  ///< of the last verification
  CacheState state_ = CacheState::corrupt;
  Decision decision_;
  std::optional<Download> download_;
  std::vector<QuarantineItem> taken_;
  std::vector<Action> actions_;
  std::optional<StartFailure> missing_;  ///< why the command cannot be started, as far as is known
  bool command_has_ended_ = false;
  bool report_is_complained_of_;
};

}  // namespace hubward
