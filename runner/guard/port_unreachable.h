// "Nobody listens at that port", in the words of ICMP and ICMPv6. Pure.
#pragma once

#include <sys/socket.h>

#include <cstddef>
#include <vector>

namespace hubward {

/// What a machine says to a client whose datagram it has no server for, from the ICMP header on.
/// Both addresses are of one family, IPv4 or IPv6. The checksum of ICMPv6 is the kernel's.
/// Source: RFC 792; RFC 4443, 3.1.
std::vector<std::byte> port_unreachable(const struct sockaddr_storage& client,
                                        const struct sockaddr_storage& server);

}  // namespace hubward
