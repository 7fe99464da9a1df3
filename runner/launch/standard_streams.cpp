#include "runner/launch/standard_streams.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

namespace hubward {

void plug_closed_streams() noexcept {
  for (int stream = STDIN_FILENO; stream <= STDERR_FILENO; ++stream) {
    // open gives the lowest free number, which is this one, as those below are taken.
    if (::fcntl(stream, F_GETFD) == -1 && errno == EBADF) {
      // The wrong way round: our own reads and writes there must go on failing, or a report for
      // which there is no standard output would be lost without a word.
      const int wrong_way = stream == STDIN_FILENO ? O_WRONLY : O_RDONLY;
      [[maybe_unused]] const int fd = ::open("/dev/null", wrong_way | O_CLOEXEC);
    }
  }
}

}  // namespace hubward
