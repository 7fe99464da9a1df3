#include "runner/cli/progress.h"

#include "runner/cli/output.h"
#include "runner/cli/terminal.h"
#include "verifier/report/counted.h"
#include "verifier/text/units.h"

#include <fmt/format.h>

#include <unistd.h>

#include <algorithm>

namespace hubward {
namespace {

constexpr std::chrono::milliseconds kPause{100};

}  // namespace

std::unique_ptr<Observer> observer_for(const Settings& settings) {
  const bool shows = settings.verbosity != Verbosity::quiet && settings.lines_can_be_redrawn;
  if (shows && is_terminal(STDERR_FILENO)) return std::make_unique<ProgressLine>();
  return std::make_unique<Observer>();
}

std::string progress_text(std::uint64_t blobs, std::uint64_t done, std::uint64_t total) {
  // Bytes that are read a second time are counted twice: never more than all.
  const std::uint64_t shown = std::min(done, total);
  const double share = total == 0 ? 1.0 : static_cast<double>(shown) / static_cast<double>(total);
  return fmt::format("hashing {}: {} of {} ({} %)", counted(blobs, "blob", "blobs"),
                     format_size(shown), format_size(total), static_cast<int>(share * 100));
}

ProgressLine::~ProgressLine() { clear(); }

void ProgressLine::hashing_begins(std::uint64_t blobs, std::uint64_t bytes) {
  const std::lock_guard lock(mutex_);
  blobs_ = blobs;
  total_ = bytes;
  done_ = 0;
  // The first line comes after a pause: what is quick needs none.
  last_shown_ = std::chrono::steady_clock::now();
}

void ProgressLine::more_to_hash(std::uint64_t bytes) { total_ += bytes; }

void ProgressLine::bytes_hashed(std::uint64_t bytes) {
  const std::uint64_t done = done_ += bytes;
  const std::unique_lock lock(mutex_, std::try_to_lock);
  if (!lock) return;  // another worker is writing the line
  const auto now = std::chrono::steady_clock::now();
  if (now - last_shown_ < kPause) return;
  last_shown_ = now;
  is_shown_ = true;
  const std::size_t width = std::max(2U, terminal_width(STDERR_FILENO)) - 1;
  say("\r\x1b[2K" + progress_text(blobs_, done, total_).substr(0, width));
}

void ProgressLine::clear() {
  const std::lock_guard lock(mutex_);
  if (is_shown_) say("\r\x1b[2K");
  is_shown_ = false;
}

}  // namespace hubward
