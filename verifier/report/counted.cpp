#include "verifier/report/counted.h"

#include "verifier/text/units.h"

#include <fmt/format.h>

#include <chrono>

namespace hubward {

std::string counted(std::uint64_t number, std::string_view singular, std::string_view plural) {
  return fmt::format("{} {}", number, number == 1 ? singular : plural);
}

std::string format_seconds(double seconds) {
  return format_duration(std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000)));
}

}  // namespace hubward
