#include "tests/support/files.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <stdexcept>
#include <vector>

namespace hubward::test {
namespace {

void write_all(const std::string& path, std::string_view bytes, int flags) {
  const int fd = ::open(path.c_str(), flags | O_CLOEXEC | O_NOFOLLOW, 0644);
  if (fd < 0) {
    throw_errno("open", path);
  }
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0) {
      ::close(fd);
      throw_errno("write", path);
    }
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  ::close(fd);
}

std::vector<std::string> names_in(const std::string& folder) {
  std::vector<std::string> names;
  DIR* handle = ::opendir(folder.c_str());
  if (handle == nullptr) {
    throw_errno("opendir", folder);
  }
  while (const dirent* entry = ::readdir(handle)) {
    const std::string name = entry->d_name;
    if (name != "." && name != "..") {
      names.push_back(name);
    }
  }
  ::closedir(handle);
  return names;
}

}  // namespace

void throw_errno(const std::string& what, const std::string& path) {
  const int code = errno;
  throw std::runtime_error(what + " " + path + ": " + std::strerror(code));
}

std::string parent_of(const std::string& path) {
  const auto slash = path.rfind('/');
  return slash == std::string::npos ? "." : path.substr(0, slash);
}

bool exists(const std::string& path) {
  struct stat status {};
  return ::lstat(path.c_str(), &status) == 0;
}

std::string read_file(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    throw_errno("open", path);
  }
  std::string bytes;
  char buffer[65536];
  while (true) {
    const ssize_t count = ::read(fd, buffer, sizeof buffer);
    if (count < 0) {
      ::close(fd);
      throw_errno("read", path);
    }
    if (count == 0) {
      break;
    }
    bytes.append(buffer, static_cast<std::size_t>(count));
  }
  ::close(fd);
  return bytes;
}

void make_folder(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) {
    throw std::runtime_error("make_folder " + path + ": " + error.message());
  }
}

void write_file(const std::string& path, std::string_view bytes) {
  make_folder(parent_of(path));
  remove_tree(path);
  write_all(path, bytes, O_WRONLY | O_CREAT | O_EXCL);
}

void append_file(const std::string& path, std::string_view bytes) {
  write_all(path, bytes, O_WRONLY | O_APPEND);
}

void flip_bit(const std::string& path, std::size_t offset) {
  const int fd = ::open(path.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0) {
    throw_errno("open", path);
  }
  unsigned char byte = 0;
  const auto position = static_cast<off_t>(offset);
  if (::pread(fd, &byte, 1, position) != 1) {
    ::close(fd);
    throw std::runtime_error("flip_bit " + path + ": no byte at that offset");
  }
  byte ^= 1U;
  const bool written = ::pwrite(fd, &byte, 1, position) == 1;
  ::close(fd);
  if (!written) {
    throw_errno("pwrite", path);
  }
}

void make_link(const std::string& text, const std::string& path) {
  make_folder(parent_of(path));
  remove_tree(path);
  if (::symlink(text.c_str(), path.c_str()) != 0) {
    throw_errno("symlink", path);
  }
}

std::string read_link(const std::string& path) {
  std::error_code error;
  const std::string text = std::filesystem::read_symlink(path, error).string();
  if (error) {
    throw std::runtime_error("read_link " + path + ": " + error.message());
  }
  return text;
}

void remove_tree(const std::string& path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0) {
    return;
  }
  if (S_ISDIR(status.st_mode)) {
    // A recipe may have taken our own rights away.
    ::chmod(path.c_str(), 0700);
    for (const std::string& name : names_in(path)) {
      std::string below = path;
      below += '/';
      below += name;
      remove_tree(below);
    }
    if (::rmdir(path.c_str()) != 0) {
      throw_errno("rmdir", path);
    }
  } else if (::unlink(path.c_str()) != 0) {
    throw_errno("unlink", path);
  }
}

}  // namespace hubward::test
