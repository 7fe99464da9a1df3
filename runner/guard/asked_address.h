// Where a call would go, judged from the bytes of its address. Pure, and fed with whatever a
// program passes to the kernel: every length is checked.
#pragma once

#include "runner/guard/networks.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace hubward {

enum class Reach : std::uint8_t {
  nowhere,  ///< too short, or dissolves a connection: the kernel sends nothing there
  loopback,
  local,    ///< a socket family that ends on this machine: Unix, netlink, the kernel's ciphers
  allowed,  ///< by `[guard] allow`
  off_machine,
  unknown,  ///< a family that nobody has judged
};

/// Source of the rules: net/ipv4/udp.c takes AF_UNSPEC in a send for AF_INET; connect(2) with
/// AF_UNSPEC dissolves.
enum class AddressUse : std::uint8_t { connect, send };

struct Target {
  Reach reach = Reach::nowhere;
  std::uint16_t family = 0;
  InternetAddress address;  ///< of loopback, allowed and off_machine
  std::uint16_t port = 0;   ///< of the same
  /// Of AF_UNIX: the path, or a NUL and the abstract name. Points into the bytes that were judged.
  std::string_view path;

  /// To this machine or to one that is allowed.
  bool stays() const { return reach != Reach::off_machine && reach != Reach::unknown; }
  bool is_internet() const {
    return reach == Reach::loopback || reach == Reach::allowed || reach == Reach::off_machine;
  }
};

/// No allocation.
/// @param bytes  a sockaddr as the kernel would get it, perhaps cut short
Target judge_address(std::span<const std::byte> bytes, AddressUse use, const Networks& allowed);

/// "192.0.2.1", "2001:db8::1", "a socket of family 40": safe for eyes.
std::string address_text(const Target& target);

}  // namespace hubward
