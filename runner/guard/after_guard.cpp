#include "runner/guard/after_guard.h"

#include "runner/guard/supervisor.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>
#include <vector>

namespace hubward {
namespace {

constexpr char kName[] = "guard-left-on";

// `pkill hubward` must not find it: it is no run that can be ended, and whoever ends it ends what
// the command has left behind.
void take_another_name() {
  ::prctl(PR_SET_NAME, kName);
  char line[4096];
  const int file = ::open("/proc/self/cmdline", O_RDONLY | O_CLOEXEC);
  const ssize_t size = file < 0 ? 0 : ::read(file, line, sizeof line);
  ::close(file);
  char* const name = program_invocation_name;
  if (size <= 0 || std::memcmp(name, line, static_cast<std::size_t>(size)) != 0) return;
  std::memset(name, 0, static_cast<std::size_t>(size));
  std::strncpy(name, kName, static_cast<std::size_t>(size) - 1);
}

// A pipe of the command's would never reach its end if it were held open here.
void close_all_but(std::vector<int> kept) {
  std::ranges::sort(kept);
  unsigned from = 0;
  for (const int fd : kept) {
    const auto number = static_cast<unsigned>(fd);
    if (number > from) ::close_range(from, number - 1, 0);
    from = number + 1;
  }
  ::close_range(from, ~0U, 0);
}

void hear_every_signal() {
  struct sigaction plain = {};
  plain.sa_handler = SIG_DFL;
  for (int signal = 1; signal < NSIG; ++signal) ::sigaction(signal, &plain, nullptr);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

[[noreturn]] void answer_alone(const Listener& listener, JudgeRequest request) {
  ::setsid();
  take_another_name();
  std::vector<int> kept = {listener.descriptor()};
  if (request.names != nullptr) {
    for (const int fd : request.names->descriptors()) kept.push_back(fd);
  }
  close_all_but(std::move(kept));
  // No file system shall be kept busy.
  const int root = ::open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (root >= 0 && ::fchdir(root) == 0) ::close(root);
  hear_every_signal();
  if (request.names != nullptr) {
    request.names->be_silent();
    request.names->serve();
  }
  request.attempts = nullptr;
  const Judge judge(listener, std::move(request));
  answer_to_the_last(listener, judge);
  ::_exit(0);
}

}  // namespace

bool leave_after_guard(const Listener& listener, JudgeRequest request) {
  const pid_t pid = ::fork();
  if (pid == 0) answer_alone(listener, std::move(request));
  return pid > 0;
}

}  // namespace hubward
