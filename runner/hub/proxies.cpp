#include "runner/hub/proxies.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <initializer_list>
#include <optional>

namespace hubward {
namespace {

/// Of the first name that is set to something.
std::string first_of(std::span<const std::string> environment,
                     std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) {
    for (const std::string& entry : environment) {
      if (entry.size() > name.size() + 1 && entry.starts_with(name) && entry[name.size()] == '=') {
        return entry.substr(name.size() + 1);
      }
    }
  }
  return "";
}

std::vector<std::string> split_up(std::string_view list) {
  std::vector<std::string> words;
  while (!list.empty()) {
    const std::size_t end = std::min(list.find_first_of(", \t"), list.size());
    std::string word(list.substr(0, end));
    list.remove_prefix(std::min(end + 1, list.size()));
    std::ranges::transform(word, word.begin(), [](char letter) {
      return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
    });
    if (word.starts_with('.')) word.erase(0, 1);
    if (word.ends_with('.')) word.pop_back();
    if (!word.empty()) words.push_back(std::move(word));
  }
  return words;
}

struct Address {
  std::array<unsigned char, 16> bytes{};
  std::size_t bits = 0;
};

std::optional<Address> address_in(std::string text) {
  if (text.starts_with('[') && text.ends_with(']')) text = text.substr(1, text.size() - 2);
  Address address;
  if (::inet_pton(AF_INET, text.c_str(), address.bytes.data()) == 1) {
    address.bits = 32;
  } else if (::inet_pton(AF_INET6, text.c_str(), address.bytes.data()) == 1) {
    address.bits = 128;
  } else {
    return std::nullopt;
  }
  return address;
}

bool are_equal(const Address& left, const Address& right, std::size_t bits) {
  for (std::size_t at = 0; at < bits; ++at) {
    const unsigned mask = 0x80U >> (at % 8);
    if ((left.bytes[at / 8] & mask) != (right.bytes[at / 8] & mask)) return false;
  }
  return true;
}

/// "10.0.0.0/8" or one address.
bool is_within(const Address& host, std::string_view block) {
  const std::size_t slash = block.find('/');
  const auto net = address_in(std::string(block.substr(0, slash)));
  if (!net || net->bits != host.bits) return false;
  std::size_t bits = net->bits;
  if (slash != std::string_view::npos) {
    const std::string_view count = block.substr(slash + 1);
    const auto [stop, error] = std::from_chars(count.data(), count.data() + count.size(), bits);
    if (error != std::errc() || stop != count.data() + count.size()) return false;
  }
  return bits <= net->bits && are_equal(host, *net, bits);
}

bool is_named(std::string_view host, std::string_view exception) {
  if (host.ends_with('.')) host.remove_suffix(1);
  if (!host.ends_with(exception)) return false;
  return host.size() == exception.size() || host[host.size() - exception.size() - 1] == '.';
}

}  // namespace

Proxies::Proxies(std::span<const std::string> environment)
    : http_(first_of(environment, {"http_proxy", "all_proxy", "ALL_PROXY"})),
      https_(first_of(environment, {"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"})),
      exceptions_(split_up(first_of(environment, {"no_proxy", "NO_PROXY"}))) {}

std::string_view Proxies::for_url(const Url& url) const {
  const auto address = address_in(url.host());
  const bool goes_direct = std::ranges::any_of(exceptions_, [&](const std::string& exception) {
    if (exception == "*") return true;
    return address ? is_within(*address, exception) : is_named(url.host(), exception);
  });
  if (goes_direct) return {};
  return url.is_https() ? https_ : http_;
}

}  // namespace hubward
