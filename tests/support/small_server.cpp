#include "tests/support/small_server.h"

#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <stdexcept>
#include <string_view>
#include <vector>

namespace hubward::test {
namespace {

constexpr std::string_view kAnswer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

}  // namespace

SmallServer::SmallServer()
    : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)),
      stop_(::eventfd(0, EFD_CLOEXEC)) {
  struct sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* any = reinterpret_cast<struct sockaddr*>(&address);
  if (::bind(listener_.get(), any, size) != 0 || ::listen(listener_.get(), 16) != 0 ||
      ::getsockname(listener_.get(), any, &size) != 0) {
    throw std::runtime_error("no server on 127.0.0.1");
  }
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { serve(); });
}

SmallServer::~SmallServer() {
  const std::uint64_t one = 1;
  if (::write(stop_.get(), &one, sizeof one) < 0) std::terminate();
  thread_.join();
}

void SmallServer::serve() {
  std::vector<UniqueFd> open;
  for (;;) {
    std::vector<struct pollfd> watched = {{stop_.get(), POLLIN, 0}, {listener_.get(), POLLIN, 0}};
    for (const UniqueFd& connection : open) watched.push_back({connection.get(), POLLIN, 0});
    ::poll(watched.data(), watched.size(), -1);
    if (watched[0].revents != 0) return;
    for (std::size_t at = 2; at < watched.size(); ++at) {
      if (watched[at].revents != 0) answer(watched[at].fd);
    }
    std::erase_if(open, [](const UniqueFd& connection) {
      char byte = 0;
      return ::recv(connection.get(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
    });
    if (watched[1].revents == 0) continue;
    open.emplace_back(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    ++connections_;
  }
}

// A request without a body comes in one piece on this machine.
void SmallServer::answer(int connection) {
  std::array<char, 8192> text{};
  const ssize_t size = ::recv(connection, text.data(), text.size(), MSG_DONTWAIT);
  if (size <= 0) return;
  ++requests_;
  ::send(connection, kAnswer.data(), kAnswer.size(), MSG_NOSIGNAL);
}

}  // namespace hubward::test
