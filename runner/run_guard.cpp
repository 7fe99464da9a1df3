#include "runner/run_guard.h"

#include "runner/hub/url.h"
#include "runner/launch/program.h"
#include "runner/launch/token.h"
#include "runner/run_files.h"
#include "runner/run_guard_words.h"
#include "verifier/text/hub_token.h"
#include "verifier/text/show.h"

#include <fmt/core.h>

#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <iterator>
#include <string_view>

namespace hubward {
namespace {

std::string endpoint_host(const EnvironmentList& environment) {
  const auto endpoint = value_of(environment, "HF_ENDPOINT");
  if (!endpoint) return "";
  const auto url = Url::parse(*endpoint);
  return url ? std::string(url->host()) : std::string();
}

}  // namespace

RunGuard::RunGuard(const RunRequest& request, const RunPorts& ports)
    : request_(request), ports_(ports), guard_(make_guard()) {}

Result<std::string> RunGuard::prepare() {
  const auto warnings = guard_->prepare(
      {.mode = request_.guard,
       .with = request_.guard_with,
       .allow = request_.guard_allow,
       .endpoint_host = endpoint_host(environment_for(
           request_.environment, {.mode = Mode::offline, .run_env = request_.run_env})),
       .outer = std::string(value_of(request_.environment, kGuardMark).value_or("")),
       // Its own, and what looks like another one.
       .redact =
           [this](std::string_view text) {
             return without_hub_tokens(without_tokens(text, request_.tokens));
           },
       .now = ports_.utc});
  if (!warnings) return tl::unexpected(warnings.error());
  told_ = warnings->size();
  return guard_warning_lines(*warnings);
}

EnvironmentList RunGuard::marked(EnvironmentList environment) const {
  if (!is_on()) return environment;
  const std::string mark = guard_->mark();
  if (mark.empty()) return environment;
  const std::string name = std::string(kGuardMark) + "=";
  std::erase_if(environment, [&](const std::string& entry) { return entry.starts_with(name); });
  environment.push_back(mark);
  return environment;
}

std::string RunGuard::name() const {
  if (!is_on()) return "";
  return fmt::format("{} ({})", is_refusing() ? "enforce" : "observe", guard_->mechanism());
}

// Only of CMD itself: what a script starts is seen by nobody before it runs.
std::string RunGuard::privileges_warning(const EnvironmentList& environment) const {
  if (!is_on() || guard_->mechanism() == "none") return "";
  const auto program = find_program(request_.command.front(), environment);
  struct stat status = {};
  if (!program || ::stat(program->c_str(), &status) != 0) return "";
  const bool gains_user = (status.st_mode & S_ISUID) != 0 && status.st_uid != ::geteuid();
  const bool gains_group = (status.st_mode & S_ISGID) != 0 && (status.st_mode & S_IXGRP) != 0 &&
                           status.st_gid != ::getegid();
  const bool gains_capabilities =
      ::geteuid() != 0 && ::getxattr(program->c_str(), "security.capability", nullptr, 0) > 0;
  if (!gains_user && !gains_group && !gains_capabilities) return "";
  return fmt::format("under the guard {} gets no privileges of its file's owner (no_new_privs)",
                     show(*program));
}

void RunGuard::end() {
  if (is_on()) report_ = guard_->end();
}

int RunGuard::exit_code(int code) const {
  const bool has_leaked = report_ && report_->attempts.value_or(0) > 0;
  return code == 0 && is_refusing() && has_leaked ? kRunRefused : code;
}

std::string RunGuard::leaks_text() const {
  if (!report_) return "";
  std::string text = guard_warning_lines(std::span(report_->warnings).subspan(told_));
  text += guard_lines(*report_);
  if (is_github_actions(request_.environment)) text += guard_annotations(*report_);
  return text;
}

std::vector<std::string> RunGuard::write_summary() const {
  if (!report_) return {};
  std::vector<std::string> lines;
  for (const std::string& warning : report_->warnings) lines.push_back("warning: " + warning);
  std::ranges::move(guard_sentences(*report_), std::back_inserter(lines));
  return write_guard_summary(
      request_.environment, request_.tokens,
      {fmt::format("hubward guard: {}; {}", name(), guard_clause(*report_)), std::move(lines)});
}

std::string RunGuard::ending_clause() const {
  return report_ ? "; " + guard_clause(*report_) : std::string();
}

std::string RunGuard::verdict_line(int code) const {
  if (exit_code(code) == code) return "";
  return refusal_line("the command passed, but tried to leave the machine", kRunRefused, "leaks");
}

}  // namespace hubward
