// Counts and times as a person reads them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace hubward {

/// "1 file", "2 files", "3 entries".
std::string counted(std::uint64_t number, std::string_view singular, std::string_view plural);

/// format_duration for the seconds of a Report.
std::string format_seconds(double seconds);

}  // namespace hubward
