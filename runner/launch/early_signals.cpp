#include "runner/launch/early_signals.h"

#include "runner/launch/process_tree.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <csignal>
#include <cstring>

namespace hubward {
namespace {

// All that follows runs between fork and exec: async-signal-safe calls only.

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/// The process-wide pending signals of /proc/PID/status. Source: proc(5), ShdPnd.
bool read_pending(const char* status, SignalMask& pending) {
  const int file = ::open(status, O_RDONLY | O_CLOEXEC);
  if (file < 0) return false;
  char text[16384];  // the line of supplementary groups may be long
  std::size_t size = 0;
  for (ssize_t got = 1; got > 0 && size < sizeof text - 1; size += static_cast<std::size_t>(got)) {
    got = ::read(file, text + size, sizeof text - 1 - size);
    if (got < 0) break;
  }
  ::close(file);
  text[size] = '\0';
  const char* line = ::strstr(text, "\nShdPnd:\t");
  if (line == nullptr) return false;
  pending = 0;
  for (const char* digit = line + 9; hex_value(*digit) >= 0; ++digit) {
    pending = pending << 4 | static_cast<SignalMask>(hex_value(*digit));
  }
  return true;
}

SignalMask own_pending() {
  sigset_t set;
  ::sigemptyset(&set);
  ::sigpending(&set);
  SignalMask pending = 0;
  for (int signal = 1; signal <= 64; ++signal) {
    if (::sigismember(&set, signal) == 1) pending |= mask_of(signal);
  }
  return pending;
}

}  // namespace

BirthLook::BirthLook() {
  if (!has_own_proc()) return;
  void* page = ::mmap(nullptr, sizeof(EarlySignals), PROT_READ | PROT_WRITE,
                      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (page == MAP_FAILED) return;
  shared_ = new (page) EarlySignals;
  parent_status_ = "/proc/" + std::to_string(::getpid()) + "/status";
}

BirthLook::~BirthLook() {
  if (shared_ != nullptr) ::munmap(shared_, sizeof(EarlySignals));
}

void BirthLook::look() noexcept {
  SignalMask waiting = 0;
  if (shared_ == nullptr || !read_pending(parent_status_.c_str(), waiting)) return;
  shared_->waiting = waiting;
  shared_->missed = waiting & ~own_pending();
}

EarlySignals BirthLook::seen() const noexcept {
  return shared_ == nullptr ? EarlySignals{} : *shared_;
}

}  // namespace hubward
