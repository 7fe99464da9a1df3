#include "runner/guard/asking_socket.h"

#include "runner/guard/fd_view.h"

#include <fcntl.h>
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
    // The kernel will say so itself.
    if (error == EBADF) return NamesAnswer{NamesAnswer::Kind::proceed};
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
