// Durations and sizes as people write and read them. A number without unit is refused, for one
// tool's seconds are another's minutes; but for "0", which is the same in all of them.
#pragma once

#include <hubward/result.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace hubward {

/// A year; more would overflow the clocks that it is added to, and no test run waits for it.
inline constexpr std::chrono::hours kMaxDuration{365 * 24};

/// "90s", "15m", "2h", "7d": a whole number and its unit, no space. "0s" is one.
/// Errors: bad_input, a sentence that names the text.
Result<std::chrono::seconds> parse_duration(std::string_view text);

/// "10GB", "512MiB", "1.5GB", "100B": kB MB GB TB are powers of 1000, KiB MiB GiB TiB of 1024, in
/// any case. Errors: bad_input, a sentence that names the text.
Result<std::uint64_t> parse_size(std::string_view text);

/// "0 B", "999 B", "1.0 kB", "12.3 GB": powers of 1000 as the Hub's pages show them.
std::string format_size(std::uint64_t bytes);
/// "0.4 s", "12.0 s", "3 min 5 s", "2 h 0 min".
std::string format_duration(std::chrono::milliseconds duration);

}  // namespace hubward
