#include "runner/guard/asking_socket.h"

#include "runner/guard/fd_view.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

// Debian 12's kernel headers lack it; the kernel has it since 6.9.
#ifndef PIDFD_THREAD
#define PIDFD_THREAD O_EXCL
#endif

namespace hubward {
namespace {

UniqueFd open_process(pid_t pid, unsigned flags) {
  return UniqueFd(static_cast<int>(::syscall(SYS_pidfd_open, pid, flags)));
}

UniqueFd fetch_fd(int process, int number) {
  return UniqueFd(static_cast<int>(::syscall(SYS_pidfd_getfd, process, number, 0)));
}

}  // namespace

// Where the kernel cannot name a thread (before 6.9), only a process's first one can be looked at.
int fault_of_descriptor(pid_t thread, int number) {
  UniqueFd asker = open_process(thread, PIDFD_THREAD);
  if (!asker.is_open() && errno == EINVAL) asker = open_process(thread, 0);
  if (!asker.is_open()) return 0;
  const UniqueFd fd = fetch_fd(asker.get(), number);
  if (!fd.is_open()) return errno == EBADF ? EBADF : 0;
  int type = 0;
  socklen_t size = sizeof type;
  // EBADF of one that was opened as a mere path.
  return ::getsockopt(fd.get(), SOL_SOCKET, SO_TYPE, &type, &size) == 0 ? 0 : errno;
}

// A thread may have a table of its own, so its process's would be the wrong one. Where the kernel
// cannot name a thread the two are compared.
std::variant<std::nullopt_t, NamesAnswer, AskingSocket> AskingSocket::fetch(
    const ResolverCall& call) {
  const NamesAnswer gone{NamesAnswer::Kind::gone};
  UniqueFd thread = open_process(call.tid, PIDFD_THREAD);
  const bool names_threads = thread.is_open() || errno != EINVAL;
  if (!names_threads) thread = open_process(process_of(call.tid), 0);
  if (!call.is_waiting()) return gone;
  if (!thread.is_open()) return std::nullopt;
  UniqueFd fd = fetch_fd(thread.get(), call.fd);
  const int error = errno;
  struct stat status = {};
  if (!fd.is_open()) {
    // Closed since it was looked at; and it may be a socket again before the kernel looks.
    if (error == EBADF) return NamesAnswer{NamesAnswer::Kind::error, 0, EBADF};
    return std::nullopt;
  }
  if (::fstat(fd.get(), &status) != 0) return std::nullopt;
  if (!names_threads && !is_socket(call.tid, call.fd, status.st_ino)) return std::nullopt;
  const auto kind = kind_of(fd.get());
  if (!kind) return std::nullopt;
  return AskingSocket(std::move(thread), std::move(fd), *kind, status.st_ino);
}

UniqueFd AskingSocket::other(int number) const { return fetch_fd(thread_.get(), number); }

}  // namespace hubward
