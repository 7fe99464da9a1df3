// Which addresses are nobody's on the open internet: this machine, and those that mean another
// machine in every network. A public server has no reason to send anyone there, and one that does
// wants to see what only we can reach. Pure.
#pragma once

#include <sys/socket.h>

#include <optional>
#include <string>
#include <string_view>

namespace hubward {

/// Of IPv4 and IPv6; false for any other family. An IPv4 address within an IPv6 one (mapped,
/// compatible, NAT64, 6to4) counts as what it is.
/// Source: IANA's special-purpose address registries; RFC 6598 for 100.64.0.0/10. What is reserved
/// for documentation or benchmarks is not counted: some VPNs give each public name such an address.
bool is_private_address(const struct sockaddr& address);

/// The same for an address as text, without brackets; nullopt when it is none.
std::optional<bool> is_private_literal(std::string_view text);

/// "203.0.113.7"; empty for another family.
std::string address_text(const struct sockaddr& address);

}  // namespace hubward
