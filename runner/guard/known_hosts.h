// Which name an address was the answer for.
#pragma once

#include "runner/guard/dns_message.h"

#include <sys/socket.h>

#include <array>
#include <cstddef>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <string>

namespace hubward {

/// Thread safety: any thread.
class KnownHosts {
 public:
  /// The oldest are forgotten beyond it.
  static constexpr std::size_t kMost = 8192;

  void learn(const DnsAnswer& answer);
  /// Empty when it was the answer for none.
  std::string host_of(const struct sockaddr& address) const;

 private:
  /// IPv4 as IPv6 writes it: either spelling reaches the same machine.
  using Key = std::array<std::byte, 16>;
  static std::optional<Key> key_of(ByteView address);

  mutable std::mutex mutex_;  // guards all below
  std::map<Key, std::string> hosts_;
  std::deque<Key> by_age_;
};

}  // namespace hubward
