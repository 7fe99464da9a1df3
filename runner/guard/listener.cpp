#include "runner/guard/listener.h"

#include <fcntl.h>
#include <linux/seccomp.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace hubward {
namespace {

// Linux 6.6; Debian 12's headers are older.
constexpr unsigned long kSetFlags = _IOW('!', 4, std::uint64_t);
constexpr std::uint64_t kSyncWakeUp = 1;

// The kernel's own structures, should it ever have larger ones.
constexpr std::size_t kMostBytes = 512;

long seccomp(unsigned operation, unsigned long flags, void* argument) {
  return ::syscall(SYS_seccomp, operation, flags, argument);
}

tl::unexpected<Error> failed(const char* step, int error) {
  return fail(ErrorKind::io, "", step, error);
}

}  // namespace

Result<Listener> Listener::install(std::span<const sock_filter> program) {
  Listener listener;
  struct seccomp_notif_sizes sizes = {};
  if (seccomp(SECCOMP_GET_NOTIF_SIZES, 0, &sizes) != 0) {
    return failed("the kernel hands no system calls to another process (seccomp notification)",
                  errno);
  }
  listener.notification_size_ = std::max<std::size_t>(sizes.seccomp_notif, sizeof(seccomp_notif));
  listener.answer_size_ =
      std::max<std::size_t>(sizes.seccomp_notif_resp, sizeof(seccomp_notif_resp));
  if (std::max(listener.notification_size_, listener.answer_size_) > kMostBytes) {
    return failed("the kernel's notifications are larger than any that are known", E2BIG);
  }
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1UL, 0UL, 0UL, 0UL) != 0) {
    return failed("new privileges cannot be forbidden (no_new_privs)", errno);
  }
  // The kernel only reads it.
  struct sock_fprog filter = {static_cast<unsigned short>(program.size()),
                              const_cast<sock_filter*>(program.data())};
  // Before 5.16 every filter slows its process down, unless it declines.
  const unsigned long flags = SECCOMP_FILTER_FLAG_NEW_LISTENER | SECCOMP_FILTER_FLAG_SPEC_ALLOW;
  long fd =
      seccomp(SECCOMP_SET_MODE_FILTER, flags | SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV, &filter);
  if (fd < 0 && errno == EINVAL) {
    listener.calls_outlast_signals_ = false;
    fd = seccomp(SECCOMP_SET_MODE_FILTER, flags, &filter);
  }
  if (fd < 0) return failed("the filter of system calls cannot be installed (seccomp)", errno);
  listener.fd_ = UniqueFd(static_cast<int>(fd));
  // Answers take a tenth of the time where asker and guard share a processor; older kernels cannot.
  ::ioctl(listener.fd_.get(), kSetFlags, kSyncWakeUp);
  return listener;
}

std::optional<Notification> Listener::receive(std::span<std::byte> buffer) const {
  std::memset(buffer.data(), 0, buffer.size());  // the kernel insists
  if (::ioctl(fd_.get(), SECCOMP_IOCTL_NOTIF_RECV, buffer.data()) != 0) return std::nullopt;
  struct seccomp_notif raw = {};
  std::memcpy(&raw, buffer.data(), sizeof raw);
  Notification notification{.id = raw.id,
                            .thread = static_cast<pid_t>(raw.pid),
                            .audit_arch = raw.data.arch,
                            .number = static_cast<std::uint32_t>(raw.data.nr)};
  std::copy(std::begin(raw.data.args), std::end(raw.data.args), notification.arguments.begin());
  return notification;
}

bool Listener::is_waiting(std::uint64_t id) const {
  return ::ioctl(fd_.get(), SECCOMP_IOCTL_NOTIF_ID_VALID, &id) == 0;
}

void Listener::answer(std::uint64_t id, std::int64_t value, std::int32_t error,
                      std::uint32_t flags) const {
  alignas(std::uint64_t) std::byte buffer[kMostBytes] = {};
  const struct seccomp_notif_resp response = {id, value, error, flags};
  std::memcpy(buffer, &response, sizeof response);
  ::ioctl(fd_.get(), SECCOMP_IOCTL_NOTIF_SEND, buffer);
}

void Listener::let_pass(std::uint64_t id) const {
  answer(id, 0, 0, SECCOMP_USER_NOTIF_FLAG_CONTINUE);
}

void Listener::refuse(std::uint64_t id, int error) const { answer(id, 0, -error, 0); }

void Listener::succeed(std::uint64_t id, std::int64_t value) const { answer(id, value, 0, 0); }

bool Listener::replace(std::uint64_t id, int source, int target, bool close_on_exec) const {
  struct seccomp_notif_addfd addition = {};
  addition.id = id;
  addition.flags = SECCOMP_ADDFD_FLAG_SETFD;
  addition.srcfd = static_cast<std::uint32_t>(source);
  addition.newfd = static_cast<std::uint32_t>(target);
  addition.newfd_flags = close_on_exec ? O_CLOEXEC : 0;
  return ::ioctl(fd_.get(), SECCOMP_IOCTL_NOTIF_ADDFD, &addition) >= 0;
}

}  // namespace hubward
