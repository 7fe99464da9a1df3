#include "runner/hub/rate_limit.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <ctime>
#include <limits>
#include <string>

namespace hubward {
namespace {

using std::chrono::seconds;

/// More than any number of ours holds is a number all the same: the largest.
std::optional<std::uint64_t> whole_number(std::string_view text) {
  std::uint64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (text.empty() || error == std::errc::invalid_argument || stop != end) return std::nullopt;
  return error == std::errc() ? number : std::numeric_limits<std::uint64_t>::max();
}

seconds bounded(std::uint64_t count) {
  const auto most = static_cast<std::uint64_t>(kLongestTold.count());
  return seconds(static_cast<std::int64_t>(std::min(count, most)));
}

std::string_view next_part(std::string_view& rest, char separator) {
  const std::size_t at = rest.find(separator);
  std::string_view part = rest.substr(0, at);
  rest.remove_prefix(at == std::string_view::npos ? rest.size() : at + 1);
  while (part.starts_with(' ')) part.remove_prefix(1);
  while (part.ends_with(' ')) part.remove_suffix(1);
  return part;
}

}  // namespace

std::optional<RateLimit> parse_rate_limit(std::string_view text) {
  std::optional<std::uint64_t> remaining;
  std::optional<std::uint64_t> reset;
  next_part(text, ';');  // which resource it is about
  while (!text.empty()) {
    std::string_view value = next_part(text, ';');
    const std::string_view name = next_part(value, '=');
    if (name == "r") remaining = whole_number(value);
    if (name == "t") reset = whole_number(value);
  }
  if (!remaining || !reset) return std::nullopt;
  return RateLimit{*remaining, bounded(*reset)};
}

std::optional<RatePolicy> parse_rate_policy(std::string_view text) {
  RatePolicy policy;
  std::optional<std::uint64_t> quota;
  std::optional<std::uint64_t> window;
  while (!text.empty()) {
    std::string_view value = next_part(text, ';');
    if (value.size() >= 2 && value.starts_with('"') && value.ends_with('"')) {
      policy.resource = value.substr(1, value.size() - 2);  // the last one: the first is the kind
      continue;
    }
    const std::string_view name = next_part(value, '=');
    if (name == "q") quota = whole_number(value);
    if (name == "w") window = whole_number(value);
  }
  if (!quota || !window) return std::nullopt;
  policy.quota = *quota;
  policy.window = bounded(*window);
  return policy;
}

// "Sun, 06 Nov 1994 08:49:37 GMT"; the name of the day says nothing new.
std::optional<std::chrono::sys_seconds> parse_http_date(std::string_view text) {
  constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  if (text.size() != 29 || !text.ends_with(" GMT") || text.substr(3, 2) != ", ") {
    return std::nullopt;
  }
  const auto month = std::ranges::find(kMonths, text.substr(8, 3));
  const auto day = whole_number(text.substr(5, 2));
  const auto year = whole_number(text.substr(12, 4));
  const auto hour = whole_number(text.substr(17, 2));
  const auto minute = whole_number(text.substr(20, 2));
  const auto second = whole_number(text.substr(23, 2));
  if (month == kMonths.end() || !day || !year || !hour || !minute || !second) return std::nullopt;
  const std::chrono::year_month_day date{
      std::chrono::year(static_cast<int>(*year)),
      std::chrono::month(static_cast<unsigned>(month - kMonths.begin()) + 1),
      std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok() || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
  return std::chrono::sys_days(date) + std::chrono::hours(*hour) + std::chrono::minutes(*minute) +
         seconds(static_cast<std::int64_t>(*second));
}

std::optional<seconds> parse_retry_after(std::string_view text,
                                         std::chrono::system_clock::time_point now) {
  if (const auto count = whole_number(text)) return bounded(*count);
  const auto date = parse_http_date(text);
  if (!date) return std::nullopt;
  // Nanoseconds, in which this system's clock counts, end in 2262.
  const auto left = *date - std::chrono::floor<seconds>(now);
  return std::clamp(left, seconds(0), kLongestTold);
}

std::optional<seconds> told_wait(const Headers& headers,
                                 std::chrono::system_clock::time_point now) {
  std::optional<seconds> wait;
  if (const std::string* text = headers.find("Retry-After")) wait = parse_retry_after(*text, now);
  const std::string* text = headers.find("RateLimit");
  const auto limit = text == nullptr ? std::nullopt : parse_rate_limit(*text);
  if (!limit || limit->remaining > 0) return wait;
  return std::max(wait.value_or(seconds(0)), limit->reset + seconds(1));
}

std::string utc_text(std::chrono::system_clock::time_point when) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(when);
  struct tm parts = {};
  ::gmtime_r(&seconds, &parts);
  char text[32];
  return {text, std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts)};
}

std::chrono::milliseconds backoff(unsigned attempt, double fraction) {
  constexpr double kMost = 60'000;
  const double ceiling = std::min(kMost, 1000 * std::pow(2.0, std::max(attempt, 1U) - 1));
  return std::chrono::milliseconds(static_cast<std::int64_t>(ceiling * fraction));
}

}  // namespace hubward
