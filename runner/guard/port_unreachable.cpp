#include "runner/guard/port_unreachable.h"

#include "runner/guard/asked_ports.h"

#include <netinet/in.h>

#include <cstdint>
#include <cstring>
#include <span>

namespace hubward {
namespace {

constexpr std::size_t kIcmpHeader = 8;
constexpr std::size_t kUdpHeader = 8;
constexpr std::uint16_t kHopLimit = 64;

void add(std::vector<std::byte>& bytes, std::uint16_t number) {
  bytes.push_back(static_cast<std::byte>(number >> 8U));
  bytes.push_back(static_cast<std::byte>(number & 0xffU));
}

template <class Address>
void add_address(std::vector<std::byte>& bytes, const Address& address) {
  const auto raw = std::as_bytes(std::span(&address, 1));
  bytes.insert(bytes.end(), raw.begin(), raw.end());
}

/// The header of the datagram that found nobody. Its own checksums are not looked at.
void add_ipv4(std::vector<std::byte>& bytes, const struct sockaddr_storage& from,
              const struct sockaddr_storage& to) {
  struct sockaddr_in source = {};
  struct sockaddr_in destination = {};
  std::memcpy(&source, &from, sizeof source);
  std::memcpy(&destination, &to, sizeof destination);
  add(bytes, 0x4500);
  add(bytes, 20 + kUdpHeader);
  add(bytes, 0);
  add(bytes, 0);
  add(bytes, (kHopLimit << 8U) | IPPROTO_UDP);
  add(bytes, 0);
  add_address(bytes, source.sin_addr);
  add_address(bytes, destination.sin_addr);
}

void add_ipv6(std::vector<std::byte>& bytes, const struct sockaddr_storage& from,
              const struct sockaddr_storage& to) {
  struct sockaddr_in6 source = {};
  struct sockaddr_in6 destination = {};
  std::memcpy(&source, &from, sizeof source);
  std::memcpy(&destination, &to, sizeof destination);
  add(bytes, 0x6000);
  add(bytes, 0);
  add(bytes, kUdpHeader);
  add(bytes, (IPPROTO_UDP << 8U) | kHopLimit);
  add_address(bytes, source.sin6_addr);
  add_address(bytes, destination.sin6_addr);
}

/// RFC 1071, over an even number of bytes.
std::uint16_t checksum(std::span<const std::byte> bytes) {
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) {
    sum += (std::to_integer<std::uint32_t>(bytes[i]) << 8U) |
           std::to_integer<std::uint32_t>(bytes[i + 1]);
  }
  while (sum > 0xffffU) sum = (sum & 0xffffU) + (sum >> 16U);
  return static_cast<std::uint16_t>(~sum);
}

}  // namespace

std::vector<std::byte> port_unreachable(const struct sockaddr_storage& client,
                                        const struct sockaddr_storage& server) {
  const bool is_v6 = client.ss_family == AF_INET6;
  std::vector<std::byte> message;
  add(message, is_v6 ? 0x0104 : 0x0303);  // type and code
  message.resize(kIcmpHeader);
  if (is_v6) {
    add_ipv6(message, client, server);
  } else {
    add_ipv4(message, client, server);
  }
  add(message, port_of(client));
  add(message, port_of(server));
  add(message, kUdpHeader);
  add(message, 0);
  if (!is_v6) {
    const std::uint16_t sum = checksum(message);
    message[2] = static_cast<std::byte>(sum >> 8U);
    message[3] = static_cast<std::byte>(sum & 0xffU);
  }
  return message;
}

}  // namespace hubward
