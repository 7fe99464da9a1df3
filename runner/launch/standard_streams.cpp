#include "runner/launch/standard_streams.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

namespace hubward {

void plug_closed_streams() noexcept {
  for (int stream = STDIN_FILENO; stream <= STDERR_FILENO; ++stream) {
    // open gives the lowest free number, which is this one, as those below are taken.
    if (::fcntl(stream, F_GETFD) == -1 && errno == EBADF) {
      [[maybe_unused]] const int fd = ::open("/dev/null", O_RDWR | O_CLOEXEC);
    }
  }
}

}  // namespace hubward
