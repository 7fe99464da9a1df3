#include "runner/cli/output.h"

#include "runner/cli/text_file.h"
#include "verifier/text/show.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstdlib>
#include <memory>

namespace hubward {
namespace {

// A reader that went away, or a file that may not grow, must become an error that we can tell, not
// our silent death. For the time of a write only: CMD inherits what is ignored.
class SignalIgnored {
 public:
  explicit SignalIgnored(int signal) : signal_(signal) {
    struct sigaction ignore {};
    ignore.sa_handler = SIG_IGN;
    ::sigaction(signal, &ignore, &before_);
  }
  ~SignalIgnored() { ::sigaction(signal_, &before_, nullptr); }
  SignalIgnored(const SignalIgnored&) = delete;
  SignalIgnored& operator=(const SignalIgnored&) = delete;

 private:
  int signal_;
  struct sigaction before_ {};
};

constexpr int kRoundMilliseconds = 100;
constexpr int kBriefRounds = 20;
// What a pipe that has room at all takes at once.
constexpr std::size_t kPiece = 512;

/// Where signals are blocked, one that would end us is only to be seen.
bool someone_wants_an_end() {
  sigset_t waiting;
  ::sigemptyset(&waiting);
  ::sigpending(&waiting);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT}) {
    if (::sigismember(&waiting, signal) == 1) return true;
  }
  return false;
}

/// Waits until something can be written. 0, or why not.
int wait_for_room(int descriptor, Patience patience) {
  for (int round = 0; patience == Patience::endless || round < kBriefRounds; ++round) {
    struct pollfd room = {descriptor, POLLOUT, 0};
    if (::poll(&room, 1, kRoundMilliseconds) != 0) return 0;  // room, or the write tells
    if (someone_wants_an_end()) return EINTR;
  }
  return EAGAIN;
}

/// 0, or the errno of the write that failed. Waits for a slow reader also where the descriptor does
/// not: others may have set O_NONBLOCK on what we share with them.
int write_all(int descriptor, std::string_view text, Patience patience = Patience::endless) {
  const SignalIgnored gone(SIGPIPE);
  const SignalIgnored too_large(SIGXFSZ);
  while (!text.empty()) {
    const bool may_block = patience == Patience::endless;
    if (!may_block) {
      if (const int obstacle = wait_for_room(descriptor, patience)) return obstacle;
    }
    const ssize_t written =
        ::write(descriptor, text.data(), may_block ? text.size() : std::min(text.size(), kPiece));
    if (written >= 0) {
      text.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno == EAGAIN) {
      if (const int obstacle = wait_for_room(descriptor, patience)) return obstacle;
    } else if (errno != EINTR) {
      return errno;
    }
  }
  return 0;
}

tl::unexpected<Error> cannot_write(const std::string& where, int error) {
  return fail(ErrorKind::io, where, "the result cannot be written", error);
}

mode_t creation_mode() {
  const mode_t mask = ::umask(0);
  ::umask(mask);
  return 0666 & ~mask;
}

/// Links resolved, so that a rename replaces the file and not the link to it.
std::string final_path(const std::string& path) {
  const std::unique_ptr<char, decltype(&std::free)> resolved(::realpath(path.c_str(), nullptr),
                                                             &std::free);
  return resolved ? resolved.get() : path;
}

/// A descriptor, or minus the errno. A FIFO that nobody reads yet is waited for.
int open_in_place(const std::string& path, int flags) {
  for (;;) {
    const int file = ::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | flags);
    if (file >= 0) return file;
    const int error = errno;
    struct stat status {};
    const bool is_fifo = ::stat(path.c_str(), &status) == 0 && S_ISFIFO(status.st_mode);
    if (error != ENXIO || !is_fifo) return -error;
    if (someone_wants_an_end()) return -EINTR;
    ::poll(nullptr, 0, kRoundMilliseconds);
  }
}

int write_in_place(const std::string& path, std::string_view text, int flags = 0) {
  const int file = open_in_place(path, flags);
  if (file < 0) return -file;
  const int error = write_all(file, text);
  const int closing = ::close(file) == 0 ? 0 : errno;
  return error != 0 ? error : closing;
}

/// @param kept  whose mode and owner the file gets; nullptr: those of any new file
int write_new_file(const std::string& path, std::string_view text,
                   const struct stat* kept = nullptr) {
  std::string temporary = path + ".XXXXXX";
  const int file = ::mkostemp(temporary.data(), O_CLOEXEC);
  if (file < 0) return errno;
  int error = write_all(file, text);
  // Another's file may stay theirs only if we may say so; if not, it becomes ours.
  if (kept != nullptr && ::fchown(file, kept->st_uid, kept->st_gid) != 0) errno = 0;
  const mode_t mode = kept == nullptr ? creation_mode() : kept->st_mode & 07777;
  if (error == 0 && ::fchmod(file, mode) != 0) error = errno;
  if (error == 0 && ::fsync(file) != 0 && errno != EINVAL) error = errno;
  if (::close(file) != 0 && error == 0) error = errno;
  if (error == 0 && ::rename(temporary.c_str(), path.c_str()) != 0) error = errno;
  if (error != 0) ::unlink(temporary.c_str());
  return error;
}

}  // namespace

Result<void> write_standard_output(std::string_view text) {
  const int error = write_all(STDOUT_FILENO, text);
  if (error != 0) return cannot_write("standard output", error);
  return {};
}

Result<void> write_output_file(const std::string& path, std::string_view text) {
  struct stat status {};
  const bool is_there = ::stat(path.c_str(), &status) == 0;
  const bool is_plain = is_there && S_ISREG(status.st_mode);
  int error = is_there && !is_plain ? write_in_place(path, text)
                                    : write_new_file(is_there ? final_path(path) : path, text);
  // The folder takes no new name, but the file may be ours to write.
  if (is_plain && (error == EACCES || error == EROFS || error == EPERM)) {
    error = write_in_place(path, text, O_TRUNC);
  }
  if (error != 0) return cannot_write(show(path), error);
  return {};
}

Result<void> replace_file(const std::string& path, std::string_view text) {
  struct stat status {};
  const bool is_there = ::stat(path.c_str(), &status) == 0;
  if (is_there && !S_ISREG(status.st_mode)) return cannot_write(show(path), EINVAL);
  const int error =
      is_there ? write_new_file(final_path(path), text, &status) : write_new_file(path, text);
  if (error != 0) return cannot_write(show(path), error);
  return {};
}

Result<void> expect_writable(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) == 0) {
    if (S_ISDIR(status.st_mode)) return cannot_write(show(path), EISDIR);
    if (!S_ISREG(status.st_mode) || ::access(path.c_str(), W_OK) == 0) return {};
  }
  if (::access(folder_of(path).c_str(), W_OK | X_OK) != 0) return cannot_write(show(path), errno);
  return {};
}

Result<void> forget_report(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return {};
  char text[128] = {};
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0) return {};
  const ssize_t size = ::read(file, text, sizeof text);
  ::close(file);
  const std::string_view head(text, size < 0 ? 0 : static_cast<std::size_t>(size));
  if (head.find("\"hubward.report/") == std::string_view::npos) return {};
  const bool is_link = ::lstat(path.c_str(), &status) == 0 && S_ISLNK(status.st_mode);
  if (!is_link && ::unlink(path.c_str()) == 0) return {};
  if (::truncate(path.c_str(), 0) == 0) return {};
  return fail(ErrorKind::io, show(path), "the report of an earlier run cannot be taken away",
              errno);
}

void say(std::string_view text, Patience patience) { write_all(STDERR_FILENO, text, patience); }

}  // namespace hubward
