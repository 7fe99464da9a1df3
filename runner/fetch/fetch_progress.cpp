#include "runner/fetch/fetch_progress.h"

#include "verifier/text/units.h"

#include <fmt/core.h>

#include <unistd.h>

#include <algorithm>

namespace hubward {
namespace {

constexpr std::chrono::milliseconds kOnTerminal{200};
constexpr std::chrono::seconds kElsewhere{10};

void write_to_terminal(std::string_view text) {
  if (::write(STDERR_FILENO, text.data(), text.size()) < 0) return;  // nobody to tell
}

}  // namespace

std::string FetchProgress::text(std::uint64_t done, std::uint64_t total,
                                std::chrono::steady_clock::time_point now) {
  if (kind_ == ProgressKind::none) return "";
  const auto pause = kind_ == ProgressKind::line ? std::chrono::milliseconds(kOnTerminal)
                                                 : std::chrono::milliseconds(kElsewhere);
  if (now - last_ < pause) return "";
  last_ = now;
  // What was begun anew has been counted twice.
  done = std::min(done, total);
  const double seconds = std::chrono::duration<double>(now - begun_).count();
  const double rate = static_cast<double>(done) / std::max(seconds, 0.001);
  std::string text = fmt::format("{} of {} ({} %), {}/s", format_size(done), format_size(total),
                                 total == 0 ? 100 : done * 100 / total,
                                 format_size(static_cast<std::uint64_t>(rate)));
  if (rate >= 1) {
    const double left = static_cast<double>(total - done) / rate * 1000;
    const auto shown = std::chrono::milliseconds(static_cast<std::int64_t>(std::min(left, 1e10)));
    text += ", " + format_duration(shown) + " left";
  }
  return text;
}

void FetchProgress::show(const std::string& text,
                         const std::function<void(std::string_view)>& say) {
  if (kind_ == ProgressKind::now_and_then) return say(text);
  write_to_terminal("\r\x1b[Khubward: " + text);
  is_shown_ = true;
}

void FetchProgress::clear() {
  if (is_shown_) write_to_terminal("\r\x1b[K");
  is_shown_ = false;
}

}  // namespace hubward
