#include "verifier/asked/config_value.h"

#include "verifier/text/show.h"

#include <fmt/format.h>

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <iterator>

namespace hubward {
namespace {

/// What the modes set or remove (design section 9.3): a value here would undo the promise made.
constexpr std::string_view kModeVariables[] = {
    "HF_HUB_OFFLINE",
    "TRANSFORMERS_OFFLINE",
    "HF_DATASETS_OFFLINE",
    "HF_HUB_DISABLE_XET",
    "HF_HUB_DISABLE_TELEMETRY",
    "HF_HUB_DISABLE_UPDATE_CHECK",
    "HF_HUB_DISABLE_IMPLICIT_TOKEN",
    "HUBWARD_MODE",
    "HF_OIDC_RESOURCE",
    "HF_OIDC_ID_TOKEN",
    "HUGGINGFACE_CO_STAGING",
};

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7F;
}
bool is_control_or_space(char c) { return c == ' ' || is_control(c); }

bool holds_nul(std::string_view text) { return text.find('\0') != std::string_view::npos; }

/// Whether every bit behind the first `prefix` ones is zero.
bool has_no_host_bits(const unsigned char* address, unsigned size, unsigned prefix) {
  for (unsigned bit = prefix; bit < size * 8; ++bit)
    if ((address[bit / 8] >> (7 - bit % 8) & 1) != 0) return false;
  return true;
}

/// The number behind the slash; nullopt when it is none or above `most`. With a leading zero it is
/// none: some read it as octal, as they do an address's.
std::optional<unsigned> prefix_length(std::string_view digits, unsigned most) {
  if (digits.empty() || digits.size() > 3) return std::nullopt;
  if (digits.size() > 1 && digits.front() == '0') return std::nullopt;
  unsigned number = 0;
  for (const char c : digits) {
    if (c < '0' || c > '9') return std::nullopt;
    number = number * 10 + static_cast<unsigned>(c - '0');
  }
  if (number > most) return std::nullopt;
  return number;
}

/// What may follow `-vN-`, whatever the case of its letters.
bool begins_with_system(std::string_view text) {
  for (const std::string_view system : {"linux", "macos", "windows"}) {
    if (text.size() < system.size()) continue;
    const std::string_view rest = text.substr(system.size());
    const auto same = [](char c, char lower) { return (c | 0x20) == lower; };
    if (std::equal(system.begin(), system.end(), text.begin(),
                   [&](char lower, char c) { return same(c, lower); }) &&
        (rest.empty() || rest.front() == '-'))
      return true;
  }
  return false;
}

/// Whether `-vN-OS` stands in it, at its end or before a dash.
bool holds_version_and_system(std::string_view text) {
  for (std::size_t dash = text.find('-'); dash != std::string_view::npos;
       dash = text.find('-', dash + 1)) {
    std::string_view rest = text.substr(dash + 1);
    if (rest.empty() || (rest.front() | 0x20) != 'v') continue;
    const std::size_t digits = rest.find_first_not_of("0123456789", 1);
    if (digits == std::string_view::npos || digits == 1 || rest[digits] != '-') continue;
    if (begins_with_system(rest.substr(digits + 1))) return true;
  }
  return false;
}

}  // namespace

std::optional<std::string> fault_of_path(std::string_view text) {
  if (text.empty()) return "is empty";
  if (holds_nul(text)) return "holds a NUL";
  return std::nullopt;
}

std::optional<std::string> fault_of_root(std::string_view text) {
  if (auto fault = fault_of_path(text)) return fault;
  if (text.front() != '/') return fmt::format("is \"{}\", but must be absolute", show(text, 200));
  return std::nullopt;
}

std::optional<std::string> fault_of_endpoint(std::string_view text) {
  std::string_view rest = text;
  for (const std::string_view scheme : {"https://", "http://"}) {
    if (!text.starts_with(scheme)) continue;
    rest.remove_prefix(scheme.size());
    if (rest.empty() || rest.front() == '/' || rest.front() == ':') return "names no host";
    if (std::ranges::any_of(rest, is_control_or_space)) return "holds white space";
    if (rest.substr(0, rest.find('/')).find('@') != std::string_view::npos)
      return "names a user; hubward.toml is no place for secrets";
    if (rest.find_first_of("?#") != std::string_view::npos) return "has a query or fragment";
    return std::nullopt;
  }
  return fmt::format("is \"{}\", but must start with https:// or http://", show(text, 200));
}

std::optional<std::string> fault_of_argument(std::string_view text) {
  if (holds_nul(text)) return "holds a NUL";
  return std::nullopt;
}

std::optional<std::string> fault_of_network(std::string_view text) {
  const std::string refusal = fmt::format(
      "is \"{}\", but must be a network such as 10.0.0.0/8 or fd00::/8", show(text, 100));
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos || holds_nul(text)) return refusal;
  const std::string address(text.substr(0, slash));
  unsigned char bytes[sizeof(in6_addr)] = {};
  const bool is_v4 = inet_pton(AF_INET, address.c_str(), bytes) == 1;
  if (!is_v4 && inet_pton(AF_INET6, address.c_str(), bytes) != 1) return refusal;
  const unsigned size = is_v4 ? sizeof(in_addr) : sizeof(in6_addr);
  const auto prefix = prefix_length(text.substr(slash + 1), size * 8);
  if (!prefix) return refusal;
  if (!has_no_host_bits(bytes, size, *prefix))
    return fmt::format("is \"{}\", which names an address within its network", show(text, 100));
  return std::nullopt;
}

std::optional<std::string> fault_of_key_prefix(std::string_view text) {
  if (text.empty()) return "is empty";
  if (text.size() > kMaxKeyPrefix)
    return fmt::format("has {} bytes, the most is {}", text.size(), kMaxKeyPrefix);
  if (text.find(',') != std::string_view::npos || std::ranges::any_of(text, is_control_or_space))
    return "holds a comma or white space, which no cache key may";
  if (show(text) != text) return "holds a character that nobody can see";
  if (holds_version_and_system(text))
    return "holds what follows it in a key, as -v1-Linux, and could be taken for another key";
  return std::nullopt;
}

std::optional<std::string> fault_of_variable_name(std::string_view name) {
  if (name.empty() || name.find('=') != std::string_view::npos || holds_nul(name))
    return fmt::format("\"{}\" is no name of an environment variable", show(name, 100));
  if (std::ranges::find(kModeVariables, name) != std::end(kModeVariables))
    return fmt::format("{} is set by the mode that the proof allows, so [run.env] may not", name);
  return std::nullopt;
}

}  // namespace hubward
