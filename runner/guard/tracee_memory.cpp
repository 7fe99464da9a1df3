#include "runner/guard/tracee_memory.h"

#include <sys/uio.h>

#include <cerrno>

namespace hubward {

std::size_t read_memory(pid_t thread, std::uint64_t address, std::span<std::byte> into) {
  if (into.empty()) return 0;
  if (thread <= 0) {
    // It lives in a process namespace that this one cannot look into.
    errno = EPERM;
    return 0;
  }
  struct iovec local = {into.data(), into.size()};
  // NOLINTNEXTLINE(performance-no-int-to-ptr): an address of another process is a number here.
  struct iovec remote = {reinterpret_cast<void*>(address), into.size()};
  const ssize_t size = ::process_vm_readv(thread, &local, 1, &remote, 1, 0);
  return size < 0 ? 0 : static_cast<std::size_t>(size);
}

}  // namespace hubward
