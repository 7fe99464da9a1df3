#include "runner/cli/verifier.h"

#include "runner/cli/progress.h"
#include "runner/cli/terminal.h"
#include "runner/ledger/ledger.h"
#include "verifier/cache/disk.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <cstring>
#include <future>
#include <memory>
#include <string>
#include <utility>

namespace hubward {
namespace {

std::int64_t nanoseconds_now() {
  const auto since_1970 = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::nanoseconds>(since_1970).count();
}

LedgerRequest ledger_request(const LedgerWish& wish, const VerifyRequest& request) {
  return {.folder = wish.folder,
          .cache_path = request.cache_path,
          .now = nanoseconds_now(),
          .recheck_after = wish.recheck_after};
}

}  // namespace

Verifier::Verifier(const Settings& settings, std::optional<LedgerWish> ledger)
    : book_(nanoseconds_now),
      ledger_(std::move(ledger)),
      shows_progress_(settings.verbosity != Verbosity::quiet && settings.lines_can_be_redrawn &&
                      is_terminal(STDERR_FILENO)) {}

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
  return verify_with(&book_, request);
}

Result<Report> Verifier::once(const VerifyRequest& request) {
  return verify_with(ledger_ ? &book_ : nullptr, request);
}

Result<Report> Verifier::verify_with(ProofBook* book, const VerifyRequest& request) {
  auto report = timed(request, [&](const Disk& disk, Observer& observer) {
    recall(request);
    return verify(request, disk, observer, book);
  });
  record(request);
  return report;
}

void Verifier::recall(const VerifyRequest& request) {
  if (!ledger_ || request.level != Level::content || std::exchange(is_recalled_, true)) return;
  if (!ledger_->is_believed) return;
  // While names are looked at. Deferred where no thread is to be had.
  using Known = std::future<Result<std::vector<ProofRecord>>>;
  const auto known =
      std::make_shared<Known>(std::async(std::launch::async | std::launch::deferred, recall_proofs,
                                         ledger_request(*ledger_, request)));
  book_.recall([this, known]() -> std::vector<ProofRecord> {
    auto records = known->get();
    if (records) return std::move(*records);
    complain(records.error());
    return {};
  });
}

void Verifier::record(const VerifyRequest& request) {
  if (!ledger_ || request.level != Level::content) return;
  const LedgerRequest asked = ledger_request(*ledger_, request);
  const std::vector<ProofRecord> read = book_.take_read();
  const auto written = record_proofs(asked, read, book_.believed(noted_before(asked.now)));
  if (!written) complain(written.error());
}

/// A ledger that is not there for us costs time alone; one that someone may have tampered with, or
/// that was lost, is worth a word, once.
void Verifier::complain(const Error& error) {
  std::string sentence = "ledger: " + error.where + " " + error.what;
  if (error.sys_errno != 0) sentence += fmt::format(": {}", std::strerror(error.sys_errno));
  if (error.kind == ErrorKind::bad_input && !std::exchange(has_warned_, true)) {
    spdlog::warn("{}", sentence);
  } else {
    spdlog::info("{}", sentence);
  }
}

Result<Report> Verifier::gate(const GateRequest& request) {
  return timed(request.verify, [&](const Disk& disk, Observer& observer) {
    return hubward::gate(request, disk, real_disks(), observer, &book_);
  });
}

}  // namespace hubward
