#include "runner/fetch/built_in.h"

#include "runner/fetch/failure_text.h"
#include "runner/fetch/fetch_progress.h"
#include "runner/fetch/transport_settings.h"
#include "runner/hub/transport.h"
#include "verifier/report/counted.h"
#include "verifier/text/units.h"

#include <fmt/core.h>

#include <signal.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <numeric>
#include <utility>

namespace hubward {
namespace {

/// INT, TERM and HUP, kept from ending this process at once so that it can say what it leaves.
/// Those that were ignored stay so.
class EndSignals {
 public:
  EndSignals() {
    ::sigemptyset(&signals_);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
      struct sigaction action = {};
      if (::sigaction(signal, nullptr, &action) == 0 && action.sa_handler != SIG_IGN) {
        ::sigaddset(&signals_, signal);
      }
    }
    ::pthread_sigmask(SIG_BLOCK, &signals_, &before_);
    // Else a limit on the size of files would end us without a word; EFBIG has one.
    struct sigaction ignored = {};
    ignored.sa_handler = SIG_IGN;
    ::sigaction(SIGXFSZ, &ignored, &file_size_before_);
  }
  ~EndSignals() {
    ::sigaction(SIGXFSZ, &file_size_before_, nullptr);
    ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  EndSignals(const EndSignals&) = delete;
  EndSignals& operator=(const EndSignals&) = delete;

  bool has_come() {
    const struct timespec at_once = {};
    const int signal = came_ ? *came_ : ::sigtimedwait(&signals_, nullptr, &at_once);
    if (signal > 0) came_ = signal;
    return came_.has_value();
  }
  std::optional<int> which() const { return came_; }

 private:
  sigset_t signals_ = {};
  sigset_t before_ = {};
  struct sigaction file_size_before_ = {};
  std::optional<int> came_;
};

bool is_true(const std::optional<std::string>& value) {
  if (!value) return false;
  std::string upper = *value;
  std::ranges::transform(upper, upper.begin(), [](char letter) {
    return letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - 'a' + 'A') : letter;
  });
  return upper == "1" || upper == "ON" || upper == "YES" || upper == "TRUE";
}

DownloadRequest download_request(const BuiltInRequest& request, const Report& report,
                                 Endpoint endpoint) {
  DownloadRequest made{.cache_path = request.verify.cache_path,
                       .lock = request.verify.lock,
                       .endpoint = std::move(endpoint),
                       .client = request.verify.client,
                       .parallel = static_cast<std::size_t>(request.fetch.parallel),
                       .retries = static_cast<unsigned>(request.fetch.retries),
                       .deadline = request.fetch.deadline,
                       .lock_timeout = request.lock_timeout,
                       .leaving = request.leaving,
                       .plan_only = request.plan_only};
  for (const std::size_t at : lacking_entries(request.verify, report)) {
    made.entries.push_back(&request.verify.manifest->entries[at]);
  }
  if (is_true(inherited_value(request.environment, "HF_HUB_DISABLE_SYMLINKS"))) {
    made.links = LinkUse::copies;
  }
  return made;
}

Result<Endpoint> endpoint_of(const BuiltInRequest& request) {
  return choose_endpoint({.environment = request.environment,
                          .configured = request.fetch.endpoint,
                          .token = request.token});
}

/// With a lock a mirror can only fail.
std::string_view trust_in_mirror(const DownloadRequest& request) {
  const auto is_locked = [&](const ManifestEntry* entry) {
    return request.lock != nullptr && request.lock->find(entry->repo, entry->revision) != nullptr;
  };
  if (std::ranges::all_of(request.entries, is_locked)) {
    return "what it sends is held against the lock";
  }
  return std::ranges::none_of(request.entries, is_locked)
             ? "without a lock it is trusted for content"
             : "what the lock does not list it is trusted for";
}

void say_first(const DownloadRequest& request, const BuiltInPorts& ports) {
  const Endpoint& endpoint = request.endpoint;
  if (endpoint.is_mirror) {
    ports.say(fmt::format("asking {} in place of the Hub; {}", endpoint.base.shown(),
                          trust_in_mirror(request)));
  }
  if (!endpoint.why_no_token.empty()) ports.say("warning: " + endpoint.why_no_token);
}

std::string summary_of(const Downloaded& downloaded, std::chrono::milliseconds took) {
  return fmt::format("{}, {} in {}; {}, {}, {} waited",
                     counted(downloaded.brought.size(), "file", "files"),
                     format_size(downloaded.bytes), format_duration(took),
                     counted(downloaded.counts.requests, "request", "requests"),
                     counted(downloaded.counts.retries, "retry", "retries"),
                     format_duration(downloaded.counts.held));
}

}  // namespace

std::vector<std::size_t> lacking_entries(const VerifyRequest& verify, const Report& report) {
  std::vector<std::size_t> selected = verify.selected;
  if (selected.empty()) {
    selected.resize(verify.manifest->entries.size());
    std::iota(selected.begin(), selected.end(), std::size_t{0});
  }
  std::vector<std::size_t> lacking;
  for (std::size_t at = 0; at < selected.size() && at < report.repos.size(); ++at) {
    const RepoRow& row = report.repos[at];
    const bool is_forgiven =
        row.optional && std::ranges::any_of(report.findings, [&](const Finding& finding) {
          return finding.code == FindingCode::optional_absent &&
                 finding.repo == row.repo.qualified() && finding.revision == row.revision.text();
        });
    if (row.verdict != Verdict::complete || is_forgiven) lacking.push_back(selected[at]);
  }
  return lacking;
}

Result<void> expect_endpoint(const BuiltInRequest& request) {
  HUBWARD_TRY([[maybe_unused]] const Endpoint endpoint, endpoint_of(request));
  return {};
}

Result<BuiltInEnding> fetch_built_in(const BuiltInRequest& request, const Report& report,
                                     const BuiltInPorts& ports) {
  HUBWARD_TRY(Endpoint endpoint, endpoint_of(request));
  const DownloadRequest wanted = download_request(request, report, std::move(endpoint));
  say_first(wanted, ports);
  EndSignals signals;
  Clock& clock = *ports.clock;
  HUBWARD_TRY(const auto transport, make_transport(transport_options(request.environment)));
  const auto disk = real_disk(request.verify.cache_path, request.verify.allow_roots);
  FetchProgress progress(ports.progress, clock.now(), {ports.draw, ports.screen, ports.say});
  DownloadPorts download_ports{
      .transport = transport.get(), .clock = ports.clock, .disk = disk.get()};
  download_ports.say = [&](std::string_view line) {
    progress.clear();
    ports.say(line);
  };
  download_ports.progress = [&](const Transfer& transfer) { progress.look(transfer, clock.now()); };
  download_ports.interrupted = [&] { return signals.has_come(); };
  download_ports.set_aside = ports.set_aside;
  download_ports.proven = ports.proven;
  const auto begun = clock.now();
  HUBWARD_TRY(Downloaded downloaded, download(wanted, download_ports));
  progress.clear();
  BuiltInEnding ending{.asked_to_end = signals.which(),
                       .plan = std::move(downloaded.plan),
                       .planned = std::move(downloaded.planned)};
  if (!ending.asked_to_end) {
    for (const std::string& line : failure_lines(downloaded)) ports.say(line);
  }
  ending.exit_code = exit_code_of(downloaded);
  ending.again_at = again_at(downloaded);
  ending.summary = summary_of(
      downloaded, std::chrono::duration_cast<std::chrono::milliseconds>(clock.now() - begun));
  ending.brought = std::move(downloaded.brought);
  return ending;
}

}  // namespace hubward
