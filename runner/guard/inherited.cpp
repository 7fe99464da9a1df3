#include "runner/guard/inherited.h"

#include "runner/guard/asked_address.h"

#include <fmt/core.h>

#include <dirent.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <memory>
#include <string_view>
#include <system_error>

namespace hubward {
namespace {

bool is_ring(int fd) {
  char target[64];
  const std::string link = fmt::format("/proc/self/fd/{}", fd);
  const ssize_t size = ::readlink(link.c_str(), target, sizeof target);
  return size > 0 &&
         std::string_view(target, static_cast<std::size_t>(size)) == "anon_inode:[io_uring]";
}

/// A raw socket that is connected to port 0 seems not to be, for its port is the kernel's own mark
/// of that; and a packet socket needs no address once it is bound.
std::string_view sends_anywhere(int fd) {
  if (is_ring(fd)) return "an io_uring";
  int family = AF_UNSPEC;
  int type = 0;
  socklen_t size = sizeof family;
  if (::getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &family, &size) != 0) return {};
  size = sizeof type;
  if (::getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) != 0) return {};
  if (family == AF_PACKET) return "a packet socket";
  const bool is_raw = type == SOCK_RAW && (family == AF_INET || family == AF_INET6);
  return is_raw ? "a raw socket" : std::string_view();
}

void look_at(int fd, const Networks& allowed, std::vector<InheritedWay>& ways) {
  const int flags = ::fcntl(fd, F_GETFD);
  if (flags == -1 || (flags & FD_CLOEXEC) != 0) return;
  sockaddr_storage address = {};
  socklen_t size = sizeof address;
  if (::getpeername(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    const std::string_view what = sends_anywhere(fd);
    if (!what.empty()) ways.push_back({.descriptor = fd, .address = {}, .sends_anywhere = what});
    return;
  }
  const std::span<const std::byte> bytes =
      std::as_bytes(std::span(&address, 1)).first(std::min<std::size_t>(size, sizeof address));
  const Target target = judge_address(bytes, AddressUse::connect, allowed);
  if (!target.stays()) {
    ways.push_back({.descriptor = fd,
                    .address = address_text(target),
                    .port = target.port,
                    .sends_anywhere = {}});
  }
}

}  // namespace

std::vector<InheritedWay> inherited_ways(const Networks& allowed) {
  std::vector<InheritedWay> ways;
  const std::unique_ptr<DIR, int (*)(DIR*)> folder(::opendir("/proc/self/fd"), ::closedir);
  if (!folder) {
    // The standard streams are what most connections come by.
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; ++fd) look_at(fd, allowed, ways);
    return ways;
  }
  while (const dirent* entry = ::readdir(folder.get())) {
    const std::string_view name = entry->d_name;
    int fd = -1;
    if (std::from_chars(name.data(), name.data() + name.size(), fd).ec != std::errc{}) continue;
    look_at(fd, allowed, ways);
  }
  return ways;
}

}  // namespace hubward
