// What a value of hubward.toml may be beyond its kind. Found here, a mistake has a line; found by
// the code that uses the value, it would be an odd failure hours into a job.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hubward {

/// What is wrong, as the rest of a sentence that starts with the key's name; nullopt: nothing.
using FaultOf = std::optional<std::string> (*)(std::string_view);

inline constexpr std::int64_t kMaxParallel = 64;
inline constexpr std::int64_t kMaxRetries = 100;

/// What is left of a cache key's 512 characters beside `-v2147483647-Windows-` and a hash.
inline constexpr std::size_t kMaxKeyPrefix = 427;

std::optional<std::string> fault_of_path(std::string_view text);
/// Also absolute.
std::optional<std::string> fault_of_root(std::string_view text);
/// http(s)://HOST…, without user, query or fragment.
std::optional<std::string> fault_of_endpoint(std::string_view text);
/// An argument of a command; may be empty.
std::optional<std::string> fault_of_argument(std::string_view text);
/// An IPv4 or IPv6 network in CIDR form, no host bits set.
std::optional<std::string> fault_of_network(std::string_view text);
/// How a CI cache key begins: not empty, no comma, nothing unseen, short enough for the longest key
/// that it may lead to, and without the `-vN-OS-` of a key, by which it could be taken for another
/// prefix's key of another version. Engines compare keys without regard to case.
std::optional<std::string> fault_of_key_prefix(std::string_view text);
/// Of `[run.env]`: a name that a process can have, and none that a mode sets or removes. A whole
/// sentence.
std::optional<std::string> fault_of_variable_name(std::string_view name);

}  // namespace hubward
