#include "runner/guard/asked_ports.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <cstddef>
#include <cstring>
#include <utility>

namespace hubward {

void AskedPorts::put(const AskingPort& port, AskingProgram program) {
  const std::lock_guard lock(mutex_);
  programs_.insert_or_assign(port, std::move(program));
}

std::optional<AskingProgram> AskedPorts::find(AskingPort seen) const {
  const std::lock_guard lock(mutex_);
  auto found = programs_.find(seen);
  if (found == programs_.end() && seen.family == AF_INET) {
    seen.family = AF_INET6;
    found = programs_.find(seen);
  }
  if (found == programs_.end()) return std::nullopt;
  return found->second;
}

std::uint16_t port_of(const struct sockaddr_storage& address) {
  if (address.ss_family != AF_INET && address.ss_family != AF_INET6) return 0;
  // It stands at the same place in both.
  struct sockaddr_in in = {};
  std::memcpy(&in, &address, sizeof in);
  return ntohs(in.sin_port);
}

void set_port(struct sockaddr_storage& address, std::uint16_t port) {
  struct sockaddr_in in = {};
  std::memcpy(&in, &address, sizeof in);
  in.sin_port = htons(port);
  std::memcpy(&address, &in, offsetof(struct sockaddr_in, sin_addr));
}

}  // namespace hubward
