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

}  // namespace

bool holds_hub_token(std::string_view text) {
  for (std::size_t at = text.find(kHead); at != std::string_view::npos;
       at = text.find(kHead, at + 1)) {
    const std::string_view tail = text.substr(at + kHead.size(), kLeastTail);
    if (tail.size() == kLeastTail && std::ranges::all_of(tail, is_letter_or_digit)) return true;
  }
  return false;
}

}  // namespace hubward
