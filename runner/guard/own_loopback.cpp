#include "runner/guard/own_loopback.h"

#include "runner/guard/no_more.h"

#include <fmt/core.h>

#include <fcntl.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstring>

namespace hubward {
namespace {

// From here to enter(): async-signal-safe calls only.

int write_text(const char* path, const char* text, std::size_t size) {
  const int file = ::open(path, O_WRONLY | O_CLOEXEC);
  if (file < 0) return errno;
  const ssize_t written = ::write(file, text, size);
  const int error = written == static_cast<ssize_t>(size) ? 0 : errno;
  ::close(file);
  return error;
}

/// One line, "N N 1": the number means itself.
int map_to_itself(const char* path, unsigned number) {
  char line[64];
  char* end = line;
  for (int i = 0; i < 2; ++i) {
    end = std::to_chars(end, line + sizeof line, number).ptr;
    *end++ = ' ';
  }
  *end++ = '1';
  return write_text(path, line, static_cast<std::size_t>(end - line));
}

int stay_oneself(uid_t user, gid_t group) {
  // Its files in /proc belong to root while it may not be traced. All signals are blocked, so it
  // leaves no core meanwhile.
  ::prctl(PR_SET_DUMPABLE, 1);
  int error = write_text("/proc/self/setgroups", "deny", 4);
  if (error == ENOENT) error = 0;  // before Linux 3.19 there was no need
  if (error == 0) error = map_to_itself("/proc/self/uid_map", user);
  if (error == 0) error = map_to_itself("/proc/self/gid_map", group);
  ::prctl(PR_SET_DUMPABLE, 0);
  return error;
}

int raise_loopback() {
  const int fd = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return errno;
  struct ifreq request = {};
  std::memcpy(request.ifr_name, "lo", 3);
  request.ifr_flags = IFF_UP;
  const int error = ::ioctl(fd, SIOCSIFFLAGS, &request) == 0 ? 0 : errno;
  ::close(fd);
  return error;
}

}  // namespace

OwnLoopback::OwnLoopback() : user_(::geteuid()), group_(::getegid()) {}

int OwnLoopback::enter() const noexcept {
  if (::unshare(CLONE_NEWNET) != 0) {
    if (::unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0) return errno;
    const int error = stay_oneself(user_, group_);
    if (error != 0) return error;
  }
  return raise_loopback();
}

namespace {

struct WayRequest {
  struct nlmsghdr header;
  struct rtmsg route;
  struct rtattr attribute;
  std::uint32_t address;
};
static_assert(sizeof(WayRequest) == NLMSG_LENGTH(sizeof(struct rtmsg)) + RTA_LENGTH(4));

/// "ip route get ADDRESS": 0 or an errno. A connect would do, but a guard around this one counts
/// it.
int way_to(std::uint32_t address) {
  const int netlink = ::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
  if (netlink < 0) return errno;
  WayRequest request = {};
  request.header.nlmsg_len = sizeof request;
  request.header.nlmsg_type = RTM_GETROUTE;
  request.header.nlmsg_flags = NLM_F_REQUEST;
  request.route.rtm_family = AF_INET;
  request.route.rtm_dst_len = 32;
  request.attribute.rta_type = RTA_DST;
  request.attribute.rta_len = RTA_LENGTH(sizeof request.address);
  request.address = htonl(address);
  struct {
    struct nlmsghdr header;
    struct nlmsgerr error;
    char more[1024];
  } answer = {};
  int error = 0;
  if (::send(netlink, &request, sizeof request, 0) < 0 ||
      ::recv(netlink, &answer, sizeof answer, 0) < 0) {
    error = errno;
  } else if (answer.header.nlmsg_type == NLMSG_ERROR) {
    error = -answer.error.error;
  } else if (answer.header.nlmsg_type != RTM_NEWROUTE) {
    error = EPROTO;
  }
  ::close(netlink);
  return error;
}

constexpr std::uint32_t kNobody = 0xC0000201;  // 192.0.2.1 (RFC 5737)

/// 0, or the errno of entering; 255 when it does not hold.
int try_it(const OwnLoopback& network) {
  const int error = network.enter();
  if (error != 0) return error;
  const bool holds = way_to(INADDR_LOOPBACK) == 0 && way_to(kNobody) == ENETUNREACH;
  return holds ? 0 : 255;
}

}  // namespace

Result<void> try_own_loopback() {
  const OwnLoopback network;
  sigset_t all;
  sigset_t before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  const pid_t pid = ::fork();
  if (pid == 0) ::_exit(try_it(network));
  const int fork_error = errno;
  int status = 0;
  const bool is_known = pid > 0 && ::waitpid(pid, &status, 0) == pid && WIFEXITED(status);
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (pid < 0) {
    return fail(
        ErrorKind::io, "",
        fmt::format("a process to try it in cannot be started{}", reached_limit(fork_error)),
        fork_error);
  }
  if (!is_known || WEXITSTATUS(status) == 255) {
    return fail(ErrorKind::io, "",
                "a network of the command's own would not keep it on the machine");
  }
  if (WEXITSTATUS(status) != 0) {
    return fail(ErrorKind::io, "",
                "the command cannot get a network of its own; the kernel, AppArmor or a container "
                "forbids user namespaces (kernel.apparmor_restrict_unprivileged_userns, "
                "user.max_user_namespaces)",
                WEXITSTATUS(status));
  }
  return {};
}

}  // namespace hubward
