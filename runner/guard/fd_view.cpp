#include "runner/guard/fd_view.h"

#include "verifier/cache/unique_fd.h"

#include <fmt/core.h>

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <memory>
#include <string>

namespace hubward {
namespace {

// An epoll that watches more is read in part: each line has some sixty bytes.
constexpr std::size_t kMostInfo = 1U << 20U;

template <class Number>
bool take_number(std::string_view& text, int base, Number& number) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
  if (error != std::errc()) return false;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return true;
}

bool take_word(std::string_view& text, std::string_view word) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
  if (!text.starts_with(word)) return false;
  text.remove_prefix(word.size());
  return true;
}

std::string_view take_line(std::string_view& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

std::string text_of(const std::string& path) {
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  std::string text;
  char buffer[4096];
  while (file.is_open() && text.size() < kMostInfo) {
    const ssize_t size = ::read(file.get(), buffer, sizeof buffer);
    if (size <= 0) break;
    text.append(buffer, static_cast<std::size_t>(size));
  }
  return text;
}

std::string link_of(const std::string& path) {
  char text[64];
  const ssize_t size = ::readlink(path.c_str(), text, sizeof text);
  return {text, size < 0 ? 0 : static_cast<std::size_t>(size)};
}

std::vector<int> numbers_linked_to(pid_t thread, std::string_view target) {
  std::vector<int> numbers;
  const std::string folder = fmt::format("/proc/{}/fd", thread);
  const std::unique_ptr<DIR, int (*)(DIR*)> entries(::opendir(folder.c_str()), ::closedir);
  if (!entries) return numbers;
  while (const dirent* entry = ::readdir(entries.get())) {
    std::string_view name(entry->d_name);
    int number = -1;
    if (take_number(name, 10, number) && link_of(folder + "/" + entry->d_name) == target) {
      numbers.push_back(number);
    }
  }
  return numbers;
}

}  // namespace

std::optional<unsigned> flags_in(std::string_view fdinfo) {
  while (!fdinfo.empty()) {
    std::string_view line = take_line(fdinfo);
    unsigned flags = 0;
    if (take_word(line, "flags:") && take_number(line, 8, flags)) return flags;
  }
  return std::nullopt;
}

std::vector<WatchedFd> watched_in(std::string_view fdinfo) {
  std::vector<WatchedFd> all;
  while (!fdinfo.empty()) {
    std::string_view line = take_line(fdinfo);
    WatchedFd one;
    std::int64_t position = 0;
    if (take_word(line, "tfd:") && take_number(line, 10, one.fd) && take_word(line, "events:") &&
        take_number(line, 16, one.events) && take_word(line, "data:") &&
        take_number(line, 16, one.data) && take_word(line, "pos:") &&
        take_number(line, 10, position) && take_word(line, "ino:") &&
        take_number(line, 16, one.inode)) {
      all.push_back(one);
    }
  }
  return all;
}

std::vector<Watcher> watchers_of(pid_t thread, std::uint64_t inode) {
  std::vector<Watcher> watchers;
  for (const int epoll : numbers_linked_to(thread, "anon_inode:[eventpoll]")) {
    for (const WatchedFd& one :
         watched_in(text_of(fmt::format("/proc/{}/fdinfo/{}", thread, epoll)))) {
      if (one.inode == inode) watchers.push_back({epoll, one});
    }
  }
  return watchers;
}

std::vector<int> numbers_of(pid_t thread, std::uint64_t inode) {
  return numbers_linked_to(thread, fmt::format("socket:[{}]", inode));
}

unsigned flags_of(pid_t thread, int fd) {
  return flags_in(text_of(fmt::format("/proc/{}/fdinfo/{}", thread, fd))).value_or(0);
}

pid_t process_of(pid_t thread) {
  std::string status = text_of(fmt::format("/proc/{}/status", thread));
  std::string_view text = status;
  while (!text.empty()) {
    std::string_view line = take_line(text);
    pid_t pid = -1;
    if (take_word(line, "Tgid:") && take_number(line, 10, pid)) return pid;
  }
  return -1;
}

bool is_socket(pid_t thread, int fd, std::uint64_t inode) {
  return link_of(fmt::format("/proc/{}/fd/{}", thread, fd)) == fmt::format("socket:[{}]", inode);
}

}  // namespace hubward
