#include "runner/cli/verifier.h"

#include "runner/cli/progress.h"
#include "runner/cli/terminal.h"
#include "verifier/cache/disk.h"

#include <unistd.h>

#include <chrono>
#include <cstdint>

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

Result<Report> Verifier::operator()(const VerifyRequest& request) {
  const auto begin = std::chrono::steady_clock::now();
  HUBWARD_TRY(Report report, verify_once(request));
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  report.totals.seconds = took.count();
  return report;
}

Result<Report> Verifier::verify_once(const VerifyRequest& request) {
  const auto disk = real_disk(request.cache_path, request.allow_roots);
  if (!shows_progress_) {
    Observer observer;
    return verify(request, *disk, observer, &book_);
  }
  ProgressLine progress;
  return verify(request, *disk, progress, &book_);
}

}  // namespace hubward
