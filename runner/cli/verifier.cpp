#include "runner/cli/verifier.h"

#include "runner/cli/progress.h"
#include "runner/cli/terminal.h"
#include "verifier/cache/disk.h"

#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <memory>

namespace hubward {
namespace {

std::int64_t nanoseconds_now() {
  const auto since_1970 = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::nanoseconds>(since_1970).count();
}

}  // namespace

Verifier::Verifier(const Settings& settings)
    : book_(nanoseconds_now),
      shows_progress_(settings.verbosity != Verbosity::quiet && is_terminal(STDERR_FILENO)) {}

template <class Call>
Result<Report> Verifier::timed(const VerifyRequest& request, const Call& call) {
  const auto begin = std::chrono::steady_clock::now();
  const auto disk = real_disk(request.cache_path, request.allow_roots);
  std::unique_ptr<Observer> observer;
  if (shows_progress_) observer = std::make_unique<ProgressLine>();
  if (!shows_progress_) observer = std::make_unique<Observer>();
  HUBWARD_TRY(Report report, call(*disk, *observer));
  observer.reset();  // takes its line off the terminal
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  report.totals.seconds = took.count();
  return report;
}

Result<Report> Verifier::operator()(const VerifyRequest& request) {
  return timed(request, [&](const Disk& disk, Observer& observer) {
    return verify(request, disk, observer, &book_);
  });
}

Result<Report> Verifier::gate(const GateRequest& request) {
  return timed(request.verify, [&](const Disk& disk, Observer& observer) {
    return hubward::gate(request, disk, real_disks(), observer, &book_);
  });
}

}  // namespace hubward
