// Who asks through which socket. A name server sees a port only, so whoever gives a program a
// socket for its question writes down its port before the program can use it.
#pragma once

#include <sys/socket.h>

#include <compare>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>

namespace hubward {

struct Asker;

/// The program's end of a conversation with a name server.
struct AskingPort {
  bool is_stream = false;
  sa_family_t family = AF_INET;  ///< of the socket
  std::uint16_t port = 0;

  friend auto operator<=>(const AskingPort&, const AskingPort&) = default;
};

struct AskingProgram {
  std::shared_ptr<const Asker> asker;
  struct sockaddr_storage resolver = {};  ///< that it turned to
};

/// A port belongs to who has got it last. Bounded by the number of ports.
/// Thread safety: any thread.
class AskedPorts {
 public:
  void put(const AskingPort& port, AskingProgram program);
  /// @param seen  as a server sees it: IPv4 may come from a socket of either family
  std::optional<AskingProgram> find(AskingPort seen) const;

 private:
  mutable std::mutex mutex_;  // guards all below
  std::map<AskingPort, AskingProgram> programs_;
};

/// The port of an IPv4 or IPv6 address; 0 for any other.
std::uint16_t port_of(const struct sockaddr_storage& address);
void set_port(struct sockaddr_storage& address, std::uint16_t port);

}  // namespace hubward
