#include "runner/cli/text_file.h"

#include "verifier/text/show.h"

#include <fmt/format.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string_view>

namespace hubward {
namespace {

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ > STDERR_FILENO) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int number() const { return number_; }

 private:
  int number_;
};

std::string why_not_there(const std::string& path) {
  char target[4096];
  const ssize_t size = ::readlink(path.c_str(), target, sizeof target);
  if (size < 0) return "there is no such file";
  const std::string_view text(target, static_cast<std::size_t>(size));
  return fmt::format("is a link to {}, and nothing is there", show(text, 400));
}

/// `<(…)` is a pipe whose writer is there; a FIFO with a name may wait for one for ever.
bool is_named_fifo(int file) {
  constexpr unsigned long kPipefs = 0x50495045;  // PIPEFS_MAGIC of linux/magic.h
  struct stat status {};
  struct statfs system {};
  return ::fstat(file, &status) == 0 && S_ISFIFO(status.st_mode) && ::fstatfs(file, &system) == 0 &&
         static_cast<unsigned long>(system.f_type) != kPipefs;
}

/// A descriptor, or minus the errno. Opening a FIFO to read would wait for its writer.
int open_to_read(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
  if (file < 0) return -errno;
  const int flags = ::fcntl(file, F_GETFL);
  if (flags >= 0) ::fcntl(file, F_SETFL, flags & ~O_NONBLOCK);
  return file;
}

Error cannot_read(const std::string& path, int error) {
  const std::string where = path == "-" ? "standard input" : show(path);
  switch (error) {
    case ENOENT:
    case ENOTDIR: return Error{ErrorKind::no_such_input, where, why_not_there(path)};
    case ENXIO: return Error{ErrorKind::bad_input, where, "is no file that can be read"};
    case EISDIR: return Error{ErrorKind::bad_input, where, "is a directory"};
    default: return Error{ErrorKind::io, where, "cannot be read", error};
  }
}

}  // namespace

Result<std::string> read_text_file(const std::string& path, std::size_t max_bytes) {
  const int opened = path == "-" ? STDIN_FILENO : open_to_read(path);
  if (opened < 0) return tl::unexpected(cannot_read(path, -opened));
  const Descriptor file(opened);
  if (path != "-" && is_named_fifo(opened)) {
    return fail(ErrorKind::bad_input, show(path), "is a FIFO, and nobody waits for its writer");
  }
  std::string text;
  std::array<char, 65536> buffer;
  for (;;) {
    const ssize_t count = ::read(file.number(), buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return tl::unexpected(cannot_read(path, errno));
    if (count == 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(count));
    if (text.size() > max_bytes) {
      return fail(ErrorKind::bad_input, show(path),
                  fmt::format("is larger than {} bytes", max_bytes));
    }
  }
}

bool is_file_there(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode);
}

bool is_anything_there(const std::string& path) {
  struct stat status {};
  return ::lstat(path.c_str(), &status) == 0;
}

std::string seen_from(const std::string& path, const std::string& folder) {
  const std::string prefix = folder.ends_with('/') ? folder : folder + "/";
  if (path.size() > prefix.size() && path.starts_with(prefix)) return path.substr(prefix.size());
  return path;
}

std::string beneath(const std::string& folder, const std::string& path) {
  if (path.starts_with('/')) return path;
  return folder.ends_with('/') ? folder + path : folder + "/" + path;
}

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

}  // namespace hubward
