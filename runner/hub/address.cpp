#include "runner/hub/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <span>

namespace hubward {
namespace {

using Bytes = std::array<unsigned char, 16>;

struct V4Block {
  std::uint32_t first;
  unsigned bits;
};

constexpr std::uint32_t v4(unsigned a, unsigned b, unsigned c = 0) {
  return (a << 24U) | (b << 16U) | (c << 8U);
}

constexpr std::array kPrivateV4 = {
    V4Block{v4(0, 0), 8},        // this network
    V4Block{v4(10, 0), 8},       // RFC 1918
    V4Block{v4(100, 64), 10},    // carrier-grade NAT, and the machines of many VPNs
    V4Block{v4(127, 0), 8},      // this machine
    V4Block{v4(169, 254), 16},   // link-local, and the metadata service of every cloud
    V4Block{v4(172, 16), 12},    // RFC 1918
    V4Block{v4(192, 0, 0), 24},  // protocol assignments
    V4Block{v4(192, 168), 16},   // RFC 1918
    V4Block{v4(224, 0), 4},      // multicast
    V4Block{v4(240, 0), 4},      // reserved, and broadcast
};

bool is_private_v4(std::uint32_t address) {
  return std::ranges::any_of(kPrivateV4, [&](const V4Block& block) {
    return address >> (32 - block.bits) == block.first >> (32 - block.bits);
  });
}

bool begins_with(const Bytes& address, std::span<const unsigned char> prefix) {
  return std::equal(prefix.begin(), prefix.end(), address.begin());
}

std::uint32_t v4_at(const Bytes& address, std::size_t at) {
  std::uint32_t number = 0;
  std::memcpy(&number, &address[at], sizeof number);
  return ntohl(number);
}

/// The IPv4 address that an IPv6 one leads to.
std::optional<std::uint32_t> v4_within(const Bytes& address) {
  constexpr std::array<unsigned char, 12> kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  constexpr std::array<unsigned char, 12> kCompatible = {};
  constexpr std::array<unsigned char, 12> kNat64 = {0, 0x64, 0xff, 0x9b};
  constexpr std::array<unsigned char, 2> k6to4 = {0x20, 0x02};
  if (begins_with(address, kMapped) || begins_with(address, kNat64)) return v4_at(address, 12);
  if (begins_with(address, kCompatible)) return v4_at(address, 12);  // :: and ::1 among them
  if (begins_with(address, k6to4)) return v4_at(address, 2);
  return std::nullopt;
}

bool is_private_v6(const Bytes& address) {
  constexpr std::array<unsigned char, 6> kLocalNat64 = {0, 0x64, 0xff, 0x9b, 0, 1};
  if (const auto within = v4_within(address)) return is_private_v4(*within);
  const bool is_unique_local = (address[0] & 0xfeU) == 0xfc;
  const bool is_link_or_site_local = address[0] == 0xfe && (address[1] & 0x80U) != 0;
  const bool is_multicast = address[0] == 0xff;
  return is_unique_local || is_link_or_site_local || is_multicast ||
         begins_with(address, kLocalNat64);
}

}  // namespace

bool is_private_address(const struct sockaddr& address) {
  if (address.sa_family == AF_INET) {
    struct sockaddr_in in = {};
    std::memcpy(&in, &address, sizeof in);
    return is_private_v4(ntohl(in.sin_addr.s_addr));
  }
  if (address.sa_family != AF_INET6) return false;
  struct sockaddr_in6 in = {};
  std::memcpy(&in, &address, sizeof in);
  Bytes bytes{};
  std::memcpy(bytes.data(), &in.sin6_addr, bytes.size());
  return is_private_v6(bytes);
}

std::optional<bool> is_private_literal(std::string_view text) {
  const std::string name(text.substr(0, text.find('%')));  // fe80::1%eth0
  struct sockaddr_in v4_address = {};
  v4_address.sin_family = AF_INET;
  if (::inet_pton(AF_INET, name.c_str(), &v4_address.sin_addr) == 1) {
    struct sockaddr_storage any = {};
    std::memcpy(&any, &v4_address, sizeof v4_address);
    return is_private_address(reinterpret_cast<const struct sockaddr&>(any));
  }
  struct sockaddr_in6 v6_address = {};
  v6_address.sin6_family = AF_INET6;
  if (::inet_pton(AF_INET6, name.c_str(), &v6_address.sin6_addr) != 1) return std::nullopt;
  return is_private_address(reinterpret_cast<const struct sockaddr&>(v6_address));
}

std::string address_text(const struct sockaddr& address) {
  char text[INET6_ADDRSTRLEN] = {};
  if (address.sa_family == AF_INET) {
    struct sockaddr_in in = {};
    std::memcpy(&in, &address, sizeof in);
    ::inet_ntop(AF_INET, &in.sin_addr, text, sizeof text);
  } else if (address.sa_family == AF_INET6) {
    struct sockaddr_in6 in = {};
    std::memcpy(&in, &address, sizeof in);
    ::inet_ntop(AF_INET6, &in.sin6_addr, text, sizeof text);
  }
  return text;
}

}  // namespace hubward
