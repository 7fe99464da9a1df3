#include "runner/cli/output.h"

#include "runner/cli/text_file.h"
#include "verifier/text/show.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <csignal>
#include <cstdlib>
#include <memory>

namespace hubward {
namespace {

// A reader that went away must become an error that we can tell, not our silent death. For the time
// of a write only: CMD inherits what is ignored.
class PipeSignalIgnored {
 public:
  PipeSignalIgnored() {
    struct sigaction ignore {};
    ignore.sa_handler = SIG_IGN;
    ::sigaction(SIGPIPE, &ignore, &before_);
  }
  ~PipeSignalIgnored() { ::sigaction(SIGPIPE, &before_, nullptr); }
  PipeSignalIgnored(const PipeSignalIgnored&) = delete;
  PipeSignalIgnored& operator=(const PipeSignalIgnored&) = delete;

 private:
  struct sigaction before_ {};
};

/// 0, or the errno of the write that failed.
int write_all(int descriptor, std::string_view text) {
  const PipeSignalIgnored scope;
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    text.remove_prefix(static_cast<std::size_t>(written));
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

int write_in_place(const std::string& path, std::string_view text) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY);
  if (file < 0) return errno;
  const int error = write_all(file, text);
  const int closing = ::close(file) == 0 ? 0 : errno;
  return error != 0 ? error : closing;
}

int write_new_file(const std::string& path, std::string_view text) {
  std::string temporary = path + ".XXXXXX";
  const int file = ::mkostemp(temporary.data(), O_CLOEXEC);
  if (file < 0) return errno;
  int error = write_all(file, text);
  if (error == 0 && ::fchmod(file, creation_mode()) != 0) error = errno;
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
  const int error = is_there && !S_ISREG(status.st_mode)
                        ? write_in_place(path, text)
                        : write_new_file(is_there ? final_path(path) : path, text);
  if (error != 0) return cannot_write(show(path), error);
  return {};
}

Result<void> expect_writable(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) == 0) {
    if (S_ISDIR(status.st_mode)) return cannot_write(show(path), EISDIR);
    if (!S_ISREG(status.st_mode)) return {};
  }
  if (::access(folder_of(path).c_str(), W_OK | X_OK) != 0) return cannot_write(show(path), errno);
  return {};
}

void say(std::string_view text) { write_all(STDERR_FILENO, text); }

}  // namespace hubward
