#include "runner/guard/name_serving.h"

#include <netinet/in.h>

#include <cerrno>

namespace hubward {

socklen_t size_of(const struct sockaddr_storage& address) {
  return address.ss_family == AF_INET6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in);
}

UniqueFd connect_to(const struct sockaddr_storage& server, int type) {
  UniqueFd fd(::socket(server.ss_family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd.is_open()) return fd;
  if (::connect(fd.get(), reinterpret_cast<const struct sockaddr*>(&server), size_of(server)) !=
          0 &&
      errno != EINPROGRESS) {
    return {};
  }
  return fd;
}

}  // namespace hubward
