// A file descriptor that closes itself. Every descriptor of the verifier lives in one: a walk over
// a hostile cache leaves functions by many doors.
#pragma once

#include <unistd.h>

#include <cerrno>
#include <utility>

namespace hubward {

class UniqueFd {
 public:
  UniqueFd() = default;
  explicit UniqueFd(int fd) : fd_(fd) {}
  UniqueFd(UniqueFd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  UniqueFd& operator=(UniqueFd&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  // Closing is not retried on EINTR: on Linux the descriptor is gone either way. errno is kept for
  // the caller that is about to report it.
  ~UniqueFd() {
    if (fd_ < 0) return;
    const int error = errno;
    ::close(fd_);
    errno = error;
  }

  bool is_open() const { return fd_ >= 0; }
  int get() const { return fd_; }
  int release() { return std::exchange(fd_, -1); }

 private:
  int fd_ = -1;
};

}  // namespace hubward
