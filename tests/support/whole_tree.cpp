#include "tests/support/whole_tree.h"

#include "tests/support/files.h"
#include "tests/support/run_binary.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <functional>

namespace hubward::test {
namespace {

namespace fs = std::filesystem;

using Visit = std::function<void(const std::string& path, const struct stat& status)>;

std::string octal(mode_t mode) {
  char text[16];
  std::snprintf(text, sizeof text, "%04o", static_cast<unsigned>(mode & 07777U));
  return text;
}

/// Opened for the moment, for a cache may hold what even its owner may not read.
template <class Look>
auto look_into(const std::string& path, mode_t mode, mode_t needed, const Look& look) {
  const bool is_closed = (mode & needed) != needed;
  if (is_closed && ::chmod(path.c_str(), mode | needed) != 0) throw_errno("chmod", path);
  auto seen = look();
  if (is_closed) ::chmod(path.c_str(), mode & 07777U);
  return seen;
}

void walk(const std::string& folder, mode_t mode, const Visit& visit) {
  look_into(folder, mode, 0700, [&] {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder)) names.push_back(entry.path().string());
    std::sort(names.begin(), names.end());
    for (const std::string& path : names) {
      struct stat status = {};
      if (::lstat(path.c_str(), &status) != 0) throw_errno("lstat", path);
      visit(path, status);
      if (S_ISDIR(status.st_mode)) walk(path, status.st_mode & 07777U, visit);
    }
    return true;
  });
}

void walk(const std::string& folder, const Visit& visit) {
  struct stat status = {};
  if (::lstat(folder.c_str(), &status) == 0) walk(folder, status.st_mode & 07777U, visit);
}

std::string bytes_of(const std::string& path, const struct stat& status) {
  return look_into(path, status.st_mode & 07777U, 0400, [&] { return read_file(path); });
}

std::string told(const std::string& path, const struct stat& status) {
  if (S_ISLNK(status.st_mode)) return "link " + read_link(path);
  const std::string mode = octal(status.st_mode);
  if (S_ISDIR(status.st_mode)) return "folder " + mode;
  if (S_ISREG(status.st_mode)) return "file " + mode + " " + bytes_of(path, status);
  return (S_ISFIFO(status.st_mode) ? "fifo " : "special ") + mode;
}

}  // namespace

std::map<std::string, std::string> tree_of(const std::string& path) {
  std::map<std::string, std::string> tree;
  walk(path, [&](const std::string& at, const struct stat& status) {
    tree[at.substr(path.size())] = told(at, status);
  });
  return tree;
}

std::vector<std::string> contents_of(const std::string& path) {
  std::vector<std::string> contents;
  walk(path, [&](const std::string& at, const struct stat& status) {
    if (S_ISLNK(status.st_mode)) contents.push_back(read_link(at));
    if (S_ISREG(status.st_mode)) contents.push_back(bytes_of(at, status));
  });
  std::sort(contents.begin(), contents.end());
  return contents;
}

void give_to_nobody(const std::string& path) {
  if (!running_as_root()) return;
  constexpr uid_t kNobody = 65534;
  const auto give = [](const std::string& at) {
    if (::lchown(at.c_str(), kNobody, kNobody) != 0) throw_errno("chown", at);
  };
  give(path);
  walk(path, [&](const std::string& at, const struct stat&) { give(at); });
}

}  // namespace hubward::test
