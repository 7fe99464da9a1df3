// How long a server wants to be left alone: by its own word where it gives one, else by ours. Pure.
//
// The Hub says it in `RateLimit: "api";r=0;t=55` (resource, requests left, seconds to the reset);
// mirrors and proxies in Retry-After, as seconds or as a date. A retry before the announced reset
// makes the block longer (huggingface_hub#3377), so the later of the two counts.
// Source: hub-cache-format 4.3; RFC 9110, 10.2.3.
#pragma once

#include "runner/hub/headers.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hubward {

struct RateLimit {
  std::uint64_t remaining = 0;
  std::chrono::seconds reset{0};
};

/// nullopt when it is not spelled so.
std::optional<RateLimit> parse_rate_limit(std::string_view text);

/// `RateLimit-Policy: "fixed window";"api";q=500;w=300`: how many requests of that kind in how many
/// seconds.
struct RatePolicy {
  std::string resource;  ///< "api"; raw bytes
  std::uint64_t quota = 0;
  std::chrono::seconds window{0};
};
/// nullopt when it is not spelled so.
std::optional<RatePolicy> parse_rate_policy(std::string_view text);

/// An IMF-fixdate; nullopt when it is none.
std::optional<std::chrono::sys_seconds> parse_http_date(std::string_view text);

/// Whole seconds, or an IMF-fixdate ("Sun, 06 Nov 1994 08:49:37 GMT"), from `now` on; nullopt when
/// neither, zero for a date that has passed. A number that is too large is one.
std::optional<std::chrono::seconds> parse_retry_after(std::string_view text,
                                                      std::chrono::system_clock::time_point now);

/// The wait that an answer of 429 or 5xx asks for; nullopt when it asks for none. A second is added
/// to the Hub's reset, which is rounded down. At most kLongestTold.
std::optional<std::chrono::seconds> told_wait(const Headers& headers,
                                              std::chrono::system_clock::time_point now);
/// Some hundred years: longer than any deadline, and no clock runs over.
inline constexpr std::chrono::seconds kLongestTold{std::int64_t{100} * 365 * 24 * 3600};

/// "2026-11-28T14:00:00Z".
std::string utc_text(std::chrono::system_clock::time_point when);

/// Exponential with full jitter: between nothing and 1, 2, 4, … 60 seconds.
/// @param attempt   1 for the first retry
/// @param fraction  from 0 to 1, chance's own
std::chrono::milliseconds backoff(unsigned attempt, double fraction);

}  // namespace hubward
