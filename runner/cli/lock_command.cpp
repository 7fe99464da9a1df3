// hubward lock: verify all, write it down; or hold manifest, lock and cache against each other.
#include "runner/cli/commands.h"
#include "runner/cli/failure.h"
#include "runner/cli/output.h"
#include "runner/cli/preparation.h"
#include "runner/cli/progress.h"
#include "runner/cli/results.h"
#include "runner/cli/stderr_page.h"
#include "runner/cli/text_file.h"
#include "verifier/asked/lock_text.h"
#include "verifier/cache/disk.h"
#include "verifier/lock_report.h"
#include "verifier/text/show.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

namespace hubward {
namespace {

class LockWay {
 public:
  LockWay(const Preparation& prepared, const Settings& settings)
      : prepared_(prepared),
        settings_(settings),
        disk_(real_disk(prepared.verify.cache_path, prepared.verify.allow_roots)) {}

  /// Errors: those that end hubward itself.
  Result<LockOutcome> go() { return settings_.locking.checks ? check() : write(); }

 private:
  const LockFile* present() const {
    return prepared_.inputs->lock ? &*prepared_.inputs->lock : nullptr;
  }

  /// The one that --no-lock passes over, where it can be read: for telling what changes.
  std::optional<LockFile> ignored() const {
    const std::string& path = *prepared_.inputs->lock_path;
    if (settings_.lock_use != LockUse::ignored || !is_file_there(path)) return std::nullopt;
    const auto text = read_text_file(path, kMaxLockBytes);
    auto lock = text ? parse_lock_file(*text, path) : fail(ErrorKind::io, "", "");
    return lock ? std::optional(std::move(*lock)) : std::nullopt;
  }

  LockOutcome begin() const {
    return {.cache_path = prepared_.verify.cache_path,
            .cache_source = prepared_.verify.cache_source,
            .place_flags = prepared_.verify.place_flags,
            .manifest_path = prepared_.verify.manifest->path,
            .manifest_entries = prepared_.verify.manifest->entries.size(),
            .lock_path = *prepared_.inputs->lock_path};
  }

  Result<LockOutcome> check() const {
    LockOutcome outcome = begin();
    if (present() != nullptr) outcome.lock = *present();
    HUBWARD_TRY(LockComparison found, compare_lock(prepared_.verify, present(), *disk_));
    outcome.deed = found.changes.empty() ? LockDeed::agrees : LockDeed::differs;
    outcome.exit_code = found.changes.empty() ? 0 : 1;
    outcome.changes = std::move(found.changes);
    outcome.notes = std::move(found.notes);
    return outcome;
  }

  Result<LockOutcome> write() const {
    LockOutcome outcome = begin();
    auto observer = observer_for(settings_);
    const std::optional<LockFile> passed_over = ignored();
    const LockRequest request{.verify = prepared_.verify,
                              .present = present(),
                              .shown_against = passed_over ? &*passed_over : nullptr,
                              .moves_pins = settings_.locking.moves_pins,
                              .sha256 = settings_.locking.sha256};
    auto drafted = draft_lock(request, *disk_, *observer);
    observer.reset();  // takes its line off the terminal
    HUBWARD_TRY(LockDraft draft, std::move(drafted));
    outcome.changes = std::move(draft.changes);
    outcome.notes = std::move(draft.notes);
    if (!draft.lock) return refused(std::move(outcome), std::move(draft));
    HUBWARD_TRY(const bool is_new, put(*draft.lock));
    outcome.deed = is_new ? LockDeed::written : LockDeed::unchanged;
    outcome.lock = std::move(*draft.lock);
    return outcome;
  }

  LockOutcome refused(LockOutcome outcome, LockDraft draft) const {
    outcome.deed = LockDeed::refused;
    outcome.exit_code = draft.unlockable.empty() ? draft.report.exit_code : 2;
    if (present() != nullptr) outcome.lock = *present();
    outcome.unlockable = std::move(draft.unlockable);
    draft.report.exit_code = outcome.exit_code;
    outcome.report = std::move(draft.report);
    tell_refusal(outcome);
    return outcome;
  }

  /// What moves a pin is not what a report would advise.
  void tell_refusal(const LockOutcome& outcome) const {
    if (!outcome.unlockable.empty()) return;
    std::string words;
    for (const RepoRow& row : outcome.report->repos) {
      const bool contradicts = row.verdict != Verdict::complete && row.basis == Basis::lock;
      if (contradicts) words += " " + row.repo.manifest_spelling() + "@" + row.revision.text();
    }
    say_on_page(fmt::format("hubward: the lock was not written: the cache is {}\n",
                            to_string(outcome.report->verdict)));
    if (words.empty()) return;
    say_on_page(
        fmt::format("hubward: where it is sound and only moved on from the lock, `hubward lock "
                    "--update{}{}` locks what it holds now\n",
                    show(words), settings_.place_flags));
  }

  /// @return whether anything had to be written. Errors: bad_input when the lock would be larger
  /// than one may be, io.
  Result<bool> put(const LockFile& lock) const {
    const std::string& path = *prepared_.inputs->lock_path;
    const std::string text = render_lock_file(lock);
    HUBWARD_TRY([[maybe_unused]] const LockFile reads_back, parse_lock_file(text, path));
    if (is_anything_there(path)) {
      const auto before = read_text_file(path, kMaxLockBytes);
      if (before && *before == text) return false;
    }
    HUBWARD_TRY_VOID(replace_file(path, text));
    return true;
  }

  const Preparation& prepared_;  // all outlive the way
  const Settings& settings_;
  std::unique_ptr<Disk> disk_;
};

/// Where the lock is, or will be, must be known.
tl::expected<void, Refusal> expect_a_place(const Preparation& prepared) {
  const auto& place = prepared.inputs->lock_path;
  if (place && *place != "-") return {};
  return tl::unexpected(
      Refusal{Error{ErrorKind::usage, "",
                    place ? "a lock is a file, and not standard input"
                          : "a manifest from standard input has no lock beside it: name one with "
                            "--lock"}});
}

}  // namespace

int lock_command(const CommandLine& line, const Settings& settings,
                 const Surroundings& surroundings) {
  const auto prepared = prepare(settings, line, surroundings);
  if (!prepared) return report_failure(prepared.error(), line.command);
  if (const auto placed = expect_a_place(*prepared); !placed) {
    return report_failure(placed.error(), line.command);
  }
  auto writable = expect_all_writable(settings);
  if (writable && settings.locking.writes) {
    writable = expect_writable(*prepared->inputs->lock_path);
  }
  if (!writable) return report_failure(Refusal{writable.error()}, line.command);
  const auto outcome = LockWay(*prepared, settings).go();
  if (!outcome) return report_failure(Refusal{outcome.error(), Input::cache}, line.command);
  const auto render = [&](const FormatTarget& target, const TextStyle& style) {
    return target.is(kJsonFormat) ? render_lock_json(*outcome) : render_lock_text(*outcome, style);
  };
  if (const auto written = write_rendered(render, settings, surroundings); !written) {
    return report_failure(Refusal{written.error()}, line.command);
  }
  return outcome->exit_code;
}

}  // namespace hubward
