#include "runner/guard/networks.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cstring>

namespace hubward {
namespace {

constexpr std::array<std::uint8_t, 12> kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr unsigned kMappedBits = 96;

bool shares_bits(const InternetAddress& a, const InternetAddress& b, unsigned bits) {
  const unsigned whole = bits / 8;
  if (std::memcmp(a.bytes.data(), b.bytes.data(), whole) != 0) return false;
  const unsigned rest = bits % 8;
  if (rest == 0) return true;
  const auto mask = static_cast<std::uint8_t>(0xff << (8 - rest));
  return ((a.bytes[whole] ^ b.bytes[whole]) & mask) == 0;
}

}  // namespace

InternetAddress InternetAddress::from_v4(std::span<const std::uint8_t, 4> bytes) {
  InternetAddress address;
  std::ranges::copy(kMapped, address.bytes.begin());
  std::ranges::copy(bytes, address.bytes.begin() + kMapped.size());
  return address;
}

std::optional<InternetAddress> InternetAddress::parse(std::string_view text) {
  const std::string terminated(text);
  std::array<std::uint8_t, 4> v4 = {};
  if (::inet_pton(AF_INET, terminated.c_str(), v4.data()) == 1) return from_v4(v4);
  InternetAddress address;
  if (::inet_pton(AF_INET6, terminated.c_str(), address.bytes.data()) == 1) return address;
  return std::nullopt;
}

bool InternetAddress::is_v4() const {
  return std::equal(kMapped.begin(), kMapped.end(), bytes.begin());
}

bool InternetAddress::is_loopback() const {
  if (is_v4()) {
    static constexpr std::array<std::uint8_t, 4> kUnspecified = {};
    return bytes[12] == 127 || std::equal(kUnspecified.begin(), kUnspecified.end(), &bytes[12]);
  }
  return bytes[15] <= 1 &&
         std::all_of(bytes.begin(), bytes.end() - 1, [](std::uint8_t byte) { return byte == 0; });
}

std::string InternetAddress::text() const {
  char text[INET6_ADDRSTRLEN] = {};
  const int family = is_v4() ? AF_INET : AF_INET6;
  const std::uint8_t* first = is_v4() ? &bytes[12] : bytes.data();
  ::inet_ntop(family, first, text, sizeof text);
  return text;
}

Networks::Networks(std::span<const std::string> texts) {
  for (const std::string& text : texts) {
    const std::size_t slash = text.find('/');
    if (slash == std::string::npos) continue;
    const auto address = InternetAddress::parse(std::string_view(text).substr(0, slash));
    unsigned bits = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data() + slash + 1, end, bits);
    if (!address || error != std::errc() || stop != end) continue;
    // A network of IPv6 that is written with a dotted quad is still one of IPv6.
    const bool is_v4 = address->is_v4() && text.find(':') == std::string::npos;
    if (bits > (is_v4 ? 32U : 128U)) continue;
    networks_.push_back({*address, is_v4 ? bits + kMappedBits : bits});
  }
}

bool Networks::hold(const InternetAddress& address) const {
  // ::/0 is the internet of IPv6. That an IPv4 address is written into it is our own doing.
  const unsigned least = address.is_v4() ? kMappedBits : 0;
  return std::ranges::any_of(networks_, [&](const Network& network) {
    return network.bits >= least && shares_bits(address, network.address, network.bits);
  });
}

}  // namespace hubward
