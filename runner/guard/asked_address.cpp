#include "runner/guard/asked_address.h"

#include <fmt/core.h>

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <cstring>

namespace hubward {
namespace {

// With its padding: net/ipv4 (af_inet, datagram, tcp_ipv4, udp, raw, ping) takes no less.
constexpr std::size_t kLeastV4 = sizeof(sockaddr_in);
// Without the scope, as RFC 2133 had it; the kernel takes no less.
constexpr std::size_t kLeastV6 = 24;

std::uint16_t port_at_2(std::span<const std::byte> bytes) {
  return static_cast<std::uint16_t>(std::to_integer<unsigned>(bytes[2]) << 8 |
                                    std::to_integer<unsigned>(bytes[3]));
}

Reach reach_of(const InternetAddress& address, const Networks& allowed) {
  if (address.is_loopback()) return Reach::loopback;
  return allowed.hold(address) ? Reach::allowed : Reach::off_machine;
}

Target judge_v4(std::span<const std::byte> bytes, const Networks& allowed) {
  if (bytes.size() < kLeastV4) return {};
  std::array<std::uint8_t, 4> raw = {};
  std::memcpy(raw.data(), bytes.data() + 4, raw.size());
  const InternetAddress address = InternetAddress::from_v4(raw);
  return {.reach = reach_of(address, allowed),
          .family = AF_INET,
          .address = address,
          .port = port_at_2(bytes),
          .path = {}};
}

Target judge_v6(std::span<const std::byte> bytes, const Networks& allowed) {
  if (bytes.size() < kLeastV6) return {};
  InternetAddress address;
  std::memcpy(address.bytes.data(), bytes.data() + 8, address.bytes.size());
  return {.reach = reach_of(address, allowed),
          .family = AF_INET6,
          .address = address,
          .port = port_at_2(bytes),
          .path = {}};
}

Target judge_unix(std::span<const std::byte> bytes) {
  const char* const first =
      reinterpret_cast<const char*>(bytes.data()) + offsetof(sockaddr_un, sun_path);
  std::string_view path(first, bytes.size() - offsetof(sockaddr_un, sun_path));
  // A path ends at its NUL, an abstract name begins with one.
  if (!path.empty() && path.front() != '\0') path = path.substr(0, path.find('\0'));
  return {.reach = Reach::local, .family = AF_UNIX, .address = {}, .port = 0, .path = path};
}

std::string_view family_name(std::uint16_t family) {
  switch (family) {
    case AF_PACKET: return "a packet socket";
    case AF_VSOCK: return "a vsock socket";
    case AF_XDP: return "an XDP socket";
    case AF_BLUETOOTH: return "a Bluetooth socket";
    case AF_CAN: return "a CAN socket";
    case AF_TIPC: return "a TIPC socket";
    default: return {};
  }
}

}  // namespace

Target judge_address(std::span<const std::byte> bytes, AddressUse use, const Networks& allowed) {
  std::uint16_t family = AF_UNSPEC;
  if (bytes.size() < sizeof family) return {};
  std::memcpy(&family, bytes.data(), sizeof family);
  switch (family) {
    case AF_UNSPEC: return use == AddressUse::send ? judge_v4(bytes, allowed) : Target();
    case AF_INET: return judge_v4(bytes, allowed);
    case AF_INET6: return judge_v6(bytes, allowed);
    case AF_UNIX: return judge_unix(bytes);
    case AF_NETLINK:
    case AF_ALG:
      return {.reach = Reach::local, .family = family, .address = {}, .port = 0, .path = {}};
    default:
      return {.reach = Reach::unknown, .family = family, .address = {}, .port = 0, .path = {}};
  }
}

std::string address_text(const Target& target) {
  if (target.is_internet()) return target.address.text();
  const std::string_view name = family_name(target.family);
  return name.empty() ? fmt::format("a socket of family {}", target.family) : std::string(name);
}

}  // namespace hubward
