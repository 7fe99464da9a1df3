// Which name an address was the answer for. Many names share one address (a CDN's, a test's own
// server's), so what counts is first the name that the process itself has asked for, or the nearest
// of its parents, and only then the last one of anybody.
#pragma once

#include "runner/guard/dns_message.h"

#include <sys/socket.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace hubward {

struct Asker;

/// Thread safety: any thread.
class KnownHosts {
 public:
  /// The oldest are forgotten beyond it.
  static constexpr std::size_t kMost = 8192;

  /// Of one address; the one that asked longest ago is forgotten beyond it.
  static constexpr std::size_t kMostAskers = 16;

  /// @param asker  nullptr when it is not known
  void learn(const DnsAnswer& answer, const Asker* asker);
  /// Empty when it was the answer for none.
  /// @param asker  who turns to it; nullptr when that is not known
  std::string host_of(const struct sockaddr& address, const Asker* asker) const;

 private:
  /// IPv4 as IPv6 writes it: either spelling reaches the same machine.
  using Key = std::array<std::byte, 16>;
  struct Name {
    std::int64_t pid;
    std::string host;
  };
  static std::optional<Key> key_of(ByteView address);

  mutable std::mutex mutex_;                // guards all below
  std::map<Key, std::vector<Name>> names_;  ///< one a process, the latest at the end
  std::deque<Key> by_age_;
};

}  // namespace hubward
