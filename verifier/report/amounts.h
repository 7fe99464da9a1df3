// Counts, sizes and times as a person reads them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace hubward {

/// "0 B", "999 B", "1.0 kB", "548.1 MB": decimal units, as the Hub's own pages show them.
std::string human_size(std::uint64_t bytes);

/// "0.04 s", "12.3 s", "3 min 5 s".
std::string human_seconds(double seconds);

/// "1 file", "2 files", "3 entries".
std::string counted(std::uint64_t number, std::string_view singular, std::string_view plural);

}  // namespace hubward
