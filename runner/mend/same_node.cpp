#include "runner/mend/same_node.h"

#include "verifier/cache/unique_fd.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <string>
#include <vector>

namespace hubward {
namespace {

constexpr std::size_t kChunk = std::size_t{1} << 20U;

bool look(const NamedIn& at, struct stat& status) {
  return ::fstatat(at.folder, at.name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0;
}

UniqueFd open_node(const NamedIn& at, int flags) {
  return UniqueFd(
      ::openat(at.folder, at.name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | flags));
}

std::string text_of_link(const NamedIn& at) {
  std::vector<char> text(std::size_t{64} * 1024);
  const ssize_t size = ::readlinkat(at.folder, at.name.c_str(), text.data(), text.size());
  return size < 0 ? std::string() : std::string(text.data(), static_cast<std::size_t>(size));
}

bool has_same_bytes(const NamedIn& left, const NamedIn& right) {
  const UniqueFd one = open_node(left, 0);
  const UniqueFd other = open_node(right, 0);
  if (!one.is_open() || !other.is_open()) return false;
  std::vector<char> here(kChunk);
  std::vector<char> there(kChunk);
  for (off_t offset = 0;;) {
    const ssize_t size = ::pread(one.get(), here.data(), here.size(), offset);
    if (size < 0 || ::pread(other.get(), there.data(), there.size(), offset) != size) return false;
    if (size == 0) return true;
    if (!std::equal(here.begin(), here.begin() + size, there.begin())) return false;
    offset += size;
  }
}

bool holds_nothing_else(const NamedIn& part, const NamedIn& whole) {
  const UniqueFd one = open_node(part, O_DIRECTORY);
  const UniqueFd other = open_node(whole, O_DIRECTORY);
  if (!one.is_open() || !other.is_open()) return false;
  const auto names = names_in(one.get());
  return names && std::ranges::all_of(*names, [&](const std::string& name) {
           return is_remnant({one.get(), name}, {other.get(), name});
         });
}

}  // namespace

bool is_same_inode(const NamedIn& left, const NamedIn& right) {
  struct stat one = {};
  struct stat other = {};
  return look(left, one) && look(right, other) && one.st_dev == other.st_dev &&
         one.st_ino == other.st_ino;
}

bool is_remnant(const NamedIn& part, const NamedIn& whole) {
  struct stat one = {};
  struct stat other = {};
  if (!look(part, one) || !look(whole, other)) return false;
  if ((one.st_mode & S_IFMT) != (other.st_mode & S_IFMT)) return false;
  if (S_ISREG(one.st_mode)) return one.st_size == other.st_size && has_same_bytes(part, whole);
  if (S_ISLNK(one.st_mode)) return text_of_link(part) == text_of_link(whole);
  if (S_ISDIR(one.st_mode)) return holds_nothing_else(part, whole);
  return one.st_rdev == other.st_rdev;
}

}  // namespace hubward
