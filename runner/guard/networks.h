// Addresses, and the networks that the configuration allows.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hubward {

/// An internet address; an IPv4 address stands as IPv6 writes it (::ffff:a.b.c.d), for either
/// spelling reaches the same machine.
struct InternetAddress {
  std::array<std::uint8_t, 16> bytes = {};

  static InternetAddress from_v4(std::span<const std::uint8_t, 4> bytes);
  static std::optional<InternetAddress> parse(std::string_view text);
  bool is_v4() const;
  /// Of this machine wherever it runs: 127/8, ::1, and the unspecified address, which connects to
  /// the machine itself. The addresses of its own interfaces are not among them.
  bool is_loopback() const;
  std::string text() const;

  bool operator==(const InternetAddress&) const = default;
};

class Networks {
 public:
  Networks() = default;
  /// @param texts  as the configuration has judged them: ADDRESS/BITS; what is none is left out
  explicit Networks(std::span<const std::string> texts);
  /// A network of IPv6 holds IPv4 addresses only when it is written as one of them (::ffff:0:0/96
  /// or narrower). No allocation.
  bool hold(const InternetAddress& address) const;

 private:
  struct Network {
    InternetAddress address;
    unsigned bits;  ///< of the 128
  };
  std::vector<Network> networks_;
};

}  // namespace hubward
