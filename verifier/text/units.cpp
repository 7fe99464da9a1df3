#include "verifier/text/units.h"

#include "verifier/text/show.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <limits>
#include <optional>

namespace hubward {
namespace {

struct Unit {
  std::string_view name;  // lower case
  std::uint64_t worth;
};

constexpr Unit kDurationUnits[] = {{"s", 1}, {"m", 60}, {"h", 3600}, {"d", 86'400}};
constexpr std::uint64_t kKilo = 1000;
constexpr std::uint64_t kKibi = 1024;
constexpr Unit kSizeUnits[] = {
    {"b", 1},
    {"kb", kKilo},
    {"mb", kKilo* kKilo},
    {"gb", kKilo* kKilo* kKilo},
    {"tb", kKilo* kKilo* kKilo* kKilo},
    {"kib", kKibi},
    {"mib", kKibi* kKibi},
    {"gib", kKibi* kKibi* kKibi},
    {"tib", kKibi* kKibi* kKibi* kKibi},
};

/// More digits than any meaningful amount has, few enough that no product overflows unseen.
constexpr std::size_t kMaxDigits = 12;
constexpr std::size_t kMaxFractionDigits = 6;

/// The digits that `text` begins with, cut off from it.
std::string_view take_digits(std::string_view& text) {
  const std::size_t end = std::min(text.find_first_not_of("0123456789"), text.size());
  const std::string_view digits = text.substr(0, end);
  text.remove_prefix(end);
  return digits;
}

std::uint64_t number_of(std::string_view digits) {
  std::uint64_t number = 0;
  for (const char c : digits) number = number * 10 + static_cast<std::uint64_t>(c - '0');
  return number;
}

std::string lowered(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

template <std::size_t N>
std::optional<std::uint64_t> worth_of(const Unit (&units)[N], std::string_view name) {
  const auto* const unit = std::ranges::find(units, name, &Unit::name);
  if (unit == std::end(units)) return std::nullopt;
  return unit->worth;
}

tl::unexpected<Error> refuse(std::string_view text, std::string_view expected) {
  return fail(ErrorKind::bad_input, "", fmt::format("\"{}\" is not {}", show(text, 100), expected));
}

}  // namespace

Result<std::chrono::seconds> parse_duration(std::string_view text) {
  if (text == "0") return std::chrono::seconds(0);
  std::string_view unit = text;
  const std::string_view digits = take_digits(unit);
  const auto worth = worth_of(kDurationUnits, unit);
  if (digits.empty() || digits.size() > kMaxDigits || !worth)
    return refuse(text, "a duration such as 90s, 15m or 2h");
  const auto seconds = number_of(digits) * *worth;  // at most 13 + 4 digits
  if (seconds > static_cast<std::uint64_t>(std::chrono::seconds(kMaxDuration).count()))
    return refuse(text, "a duration of at most 8760h");
  return std::chrono::seconds(static_cast<std::int64_t>(seconds));
}

Result<std::uint64_t> parse_size(std::string_view text) {
  if (text == "0") return std::uint64_t{0};
  std::string_view rest = text;
  const std::string_view whole = take_digits(rest);
  std::string_view fraction;
  const bool has_point = rest.starts_with('.');
  if (has_point) {
    rest.remove_prefix(1);
    fraction = take_digits(rest);
  }
  const auto worth = worth_of(kSizeUnits, lowered(rest));
  if (whole.empty() || whole.size() > kMaxDigits || has_point == fraction.empty() ||
      fraction.size() > kMaxFractionDigits || !worth)
    return refuse(text, "a size such as 10GB or 512MiB");
  constexpr std::uint64_t kLargest = std::numeric_limits<std::uint64_t>::max();
  constexpr std::string_view kPlausible = "a size that a file system could have";
  const std::uint64_t units = number_of(whole);
  if (units > kLargest / *worth) return refuse(text, kPlausible);
  std::uint64_t scale = 1;
  for (std::size_t i = 0; i < fraction.size(); ++i) scale *= 10;
  const std::uint64_t part = number_of(fraction) * *worth / scale;  // at most 10^6 times 2^40
  if (part > kLargest - units * *worth) return refuse(text, kPlausible);
  return units * *worth + part;
}

std::string format_size(std::uint64_t bytes) {
  if (bytes < kKilo) return fmt::format("{} B", bytes);
  constexpr std::string_view kNames[] = {"kB", "MB", "GB", "TB", "PB", "EB"};
  auto amount = static_cast<double>(bytes) / 1000.0;
  std::size_t name = 0;
  // 999.95 would be written "1000.0".
  for (; amount >= 999.95 && name + 1 < std::size(kNames); ++name) amount /= 1000.0;
  return fmt::format("{:.1f} {}", amount, kNames[name]);
}

std::string format_duration(std::chrono::milliseconds duration) {
  const std::int64_t tenths = (std::max<std::int64_t>(duration.count(), 0) + 50) / 100;
  if (tenths < 600) return fmt::format("{}.{} s", tenths / 10, tenths % 10);
  const std::int64_t seconds = (tenths + 5) / 10;
  if (seconds < 3600) return fmt::format("{} min {} s", seconds / 60, seconds % 60);
  const std::int64_t minutes = seconds / 60;
  return fmt::format("{} h {} min", minutes / 60, minutes % 60);
}

}  // namespace hubward
