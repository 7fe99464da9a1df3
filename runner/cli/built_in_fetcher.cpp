#include "runner/cli/built_in_fetcher.h"

#include "runner/cli/exit_code.h"
#include "runner/cli/failure.h"
#include "runner/cli/output.h"
#include "runner/cli/stderr_page.h"
#include "runner/cli/terminal.h"
#include "runner/cli/tokens.h"
#include "runner/launch/token.h"
#include "verifier/report/counted.h"
#include "verifier/text/show.h"

#include <fmt/core.h>

#include <unistd.h>

#include <utility>

namespace hubward {

void BuiltInFetcher::say_line(std::string_view line) const {
  say_on_page(without_tokens(fmt::format("hubward: {}\n", line), surroundings_.tokens));
}

Result<void> BuiltInFetcher::set_aside(const std::vector<QuarantineItem>& items) {
  const QuarantineRequest request{.cache_path = prepared_.verify.cache_path,
                                  .directory = settings_.run.quarantine,
                                  .utc = clock_.utc(),
                                  .pid = ::getpid()};
  HUBWARD_TRY(const Quarantined done, quarantine(request, items));
  for (const QuarantineItem& item : done.moved) {
    actions_.push_back({"quarantine", item.path, std::string(to_string(item.code))});
  }
  if (!done.moved.empty() && !is_quiet()) {
    say_line(fmt::format("moved {} to {}", counted(done.moved.size(), "bad entry", "bad entries"),
                         show(done.directory)));
  }
  return {};
}

Result<BuiltInRequest> BuiltInFetcher::request() const {
  BuiltInRequest request{.verify = prepared_.verify,
                         .fetch = prepared_.inputs->config.fetch,
                         .environment = surroundings_.environment,
                         .lock_timeout = settings_.fetch.lock_timeout,
                         .plan_only = settings_.fetch.plan_only};
  HUBWARD_TRY(request.token, token_to_send(surroundings_));
  if (settings_.fetch.parallel) request.fetch.parallel = *settings_.fetch.parallel;
  if (settings_.fetch.retries) request.fetch.retries = *settings_.fetch.retries;
  if (settings_.fetch.deadline) request.fetch.deadline = *settings_.fetch.deadline;
  return request;
}

Result<void> BuiltInFetcher::expect_ready() const {
  HUBWARD_TRY(const BuiltInRequest request, this->request());
  return expect_endpoint(request);
}

Result<BuiltInEnding> BuiltInFetcher::bring(const Report& report, const Leaving& leaving) {
  HUBWARD_TRY(BuiltInRequest request, this->request());
  request.leaving = leaving;
  BuiltInPorts ports;
  ports.clock = &clock_;
  ports.say = [this](std::string_view line) { say_line(line); };
  ports.set_aside = [this](const std::string& path) {
    return set_aside({QuarantineItem{path, FindingCode::blob_corrupt, ""}});
  };
  ports.progress = can_redraw(STDERR_FILENO, surroundings_.variables) ? ProgressKind::display
                                                                      : ProgressKind::now_and_then;
  if (is_quiet()) ports.progress = ProgressKind::none;
  ports.draw = [](std::string_view bytes) { say(bytes); };
  ports.screen = [] {
    return Screen{terminal_width(STDERR_FILENO), terminal_height(STDERR_FILENO)};
  };
  ports.proven = [this](const FileIdentity& identity, const Digest& digest) {
    book_.remember_written(identity, digest);
  };
  HUBWARD_TRY(BuiltInEnding ending, fetch_built_in(request, report, ports));
  if (settings_.verbosity == Verbosity::verbose) {
    for (const std::string& path : ending.brought) say_line("fetched " + show(path));
  }
  return ending;
}

FetchEnding BuiltInFetcher::fetch() {
  const auto ending = bring(*report_);
  if (!ending) {
    say_on_page(without_tokens(error_text(ending.error()), surroundings_.tokens));
    return {.exit_code = exit_code_of(ending.error().kind)};
  }
  if (!is_quiet() && !ending->asked_to_end) say_line("fetched: " + ending->summary);
  return {.exit_code = ending->exit_code,
          .asked_to_end = ending->asked_to_end,
          .again_at = ending->again_at};
}

}  // namespace hubward
