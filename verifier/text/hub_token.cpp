#include "verifier/text/hub_token.h"

#include <algorithm>
#include <cstddef>

namespace hubward {
namespace {

constexpr std::string_view kHead = "hf_";
constexpr std::size_t kLeastTail = 30;

bool is_letter_or_digit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// Where the next one begins, and how long it is; npos: there is none.
struct Place {
  std::size_t at = std::string_view::npos;
  std::size_t size = 0;
};

Place next_token(std::string_view text, std::size_t from) {
  for (std::size_t at = text.find(kHead, from); at != std::string_view::npos;
       at = text.find(kHead, at + 1)) {
    const std::string_view rest = text.substr(at + kHead.size());
    const auto end = std::ranges::find_if_not(rest, is_letter_or_digit);
    const auto tail = static_cast<std::size_t>(end - rest.begin());
    if (tail >= kLeastTail) return {at, kHead.size() + tail};
  }
  return {};
}

}  // namespace

bool holds_hub_token(std::string_view text) {
  return next_token(text, 0).at != std::string_view::npos;
}

std::string without_hub_tokens(std::string_view text) {
  std::string safe;
  std::size_t from = 0;
  for (Place token = next_token(text, 0); token.at != std::string_view::npos;
       token = next_token(text, from)) {
    safe.append(text.substr(from, token.at - from)).append(kHead).append("***");
    from = token.at + token.size;
  }
  return safe.append(text.substr(from));
}

}  // namespace hubward
