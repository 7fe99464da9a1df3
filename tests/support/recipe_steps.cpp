#include "tests/support/recipe_steps.h"

#include "tests/support/files.h"
#include "tests/support/recipe_text.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <map>
#include <stdexcept>

namespace hubward::test {
namespace {

struct StepPlace {
  const toml::table& step;
  const CacheBuilder& cache;
  const std::string& place;

  std::string path(std::string_view key = "path") const {
    return place_in(cache, text_at(step, key, place), place);
  }

  std::int64_t number(std::string_view key) const {
    const auto value = step[key].value<std::int64_t>();
    if (!value || *value < 0) {
      throw std::runtime_error(place + ": no number " + std::string(key));
    }
    return *value;
  }

  void allow(std::vector<std::string_view> keys) const {
    keys.push_back("do");
    refuse_unknown_keys(step, keys, place);
  }
  void allow_content() const {
    std::vector<std::string_view> keys = content_keys();
    keys.push_back("path");
    allow(std::move(keys));
  }
};

void write_step(const StepPlace& at) {
  at.allow_content();
  write_file(at.path(), content_of(at.step, at.cache, at.place));
}

void append_step(const StepPlace& at) {
  at.allow_content();
  append_file(at.path(), content_of(at.step, at.cache, at.place));
}

void flip_step(const StepPlace& at) {
  at.allow({"path", "offset"});
  flip_bit(at.path(), static_cast<std::size_t>(at.number("offset")));
}

void truncate_step(const StepPlace& at) {
  at.allow({"path", "size"});
  struct stat status {};
  const std::string path = at.path();
  if (::lstat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) {
    throw std::runtime_error(at.place + ": no regular file: " + path);
  }
  if (::truncate(path.c_str(), at.number("size")) != 0) {
    throw_errno("truncate", path);
  }
}

void remove_step(const StepPlace& at) {
  at.allow({"path"});
  const std::string path = at.path();
  if (!exists(path)) {
    throw std::runtime_error(at.place + ": nothing to remove at " + path);
  }
  remove_tree(path);
}

void link_step(const StepPlace& at) {
  at.allow({"path", "to"});
  make_link(with_bytes(text_at(at.step, "to", at.place), at.cache), at.path());
}

void mkdir_step(const StepPlace& at) {
  at.allow({"path"});
  make_folder(at.path());
}

void hardlink_step(const StepPlace& at) {
  at.allow({"path", "to"});
  const std::string path = at.path();
  remove_tree(path);
  if (::link(at.path("to").c_str(), path.c_str()) != 0) {
    throw_errno("link", path);
  }
}

void fifo_step(const StepPlace& at) {
  at.allow({"path"});
  const std::string path = at.path();
  make_folder(parent_of(path));
  remove_tree(path);
  if (::mkfifo(path.c_str(), 0644) != 0) {
    throw_errno("mkfifo", path);
  }
}

// The name of a socket holds 107 bytes at most, less than a snapshot's path: it is bound by its
// last component, from a descriptor of its folder.
void socket_step(const StepPlace& at) {
  at.allow({"path"});
  const std::string path = at.path();
  make_folder(parent_of(path));
  remove_tree(path);
  const int folder = ::open(parent_of(path).c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string name =
      "/proc/self/fd/" + std::to_string(folder) + path.substr(parent_of(path).size());
  if (folder < 0 || fd < 0 || name.size() >= sizeof address.sun_path) {
    throw_errno("socket", path);
  }
  std::memcpy(address.sun_path, name.c_str(), name.size());
  const bool bound = ::bind(fd, static_cast<const sockaddr*>(static_cast<const void*>(&address)),
                            sizeof address) == 0;
  ::close(fd);
  ::close(folder);
  if (!bound) {
    throw_errno("bind", path);
  }
}

void chmod_step(const StepPlace& at) {
  at.allow({"path", "mode"});
  const auto mode = static_cast<mode_t>(std::stoul(text_at(at.step, "mode", at.place), nullptr, 8));
  const std::string path = at.path();
  if (::chmod(path.c_str(), mode) != 0) {
    throw_errno("chmod", path);
  }
}

void rename_step(const StepPlace& at) {
  at.allow({"path", "to"});
  const std::string to = at.path("to");
  make_folder(parent_of(to));
  if (::rename(at.path().c_str(), to.c_str()) != 0) {
    throw_errno("rename", at.path());
  }
}

void copy_step(const StepPlace& at) {
  at.allow({"path", "to"});
  const std::string to = at.path("to");
  make_folder(parent_of(to));
  std::error_code error;
  std::filesystem::copy(at.path(), to,
                        std::filesystem::copy_options::recursive |
                            std::filesystem::copy_options::copy_symlinks |
                            std::filesystem::copy_options::overwrite_existing,
                        error);
  if (error) {
    throw std::runtime_error(at.place + ": copy to " + to + ": " + error.message());
  }
}

void touch_step(const StepPlace& at) {
  at.allow({"path", "seconds"});
  const timespec time{.tv_sec = at.number("seconds"), .tv_nsec = 0};
  const timespec times[] = {time, time};
  const std::string path = at.path();
  if (::utimensat(AT_FDCWD, path.c_str(), times, AT_SYMLINK_NOFOLLOW) != 0) {
    throw_errno("utimensat", path);
  }
}

}  // namespace

std::string place_in(const CacheBuilder& cache, const std::string& text, const std::string& place) {
  const std::string relative = with_bytes(text, cache);
  // Normal by its text, so that a step may move the cache itself away: "hub/../x" needs no hub.
  std::string normal = std::filesystem::path("hub/" + relative).lexically_normal().string();
  if (normal.back() == '/') {
    normal.pop_back();
  }
  if (relative.empty() || relative.front() == '/' || normal.substr(0, 2) == "..") {
    throw std::runtime_error(place + ": a path starts at the cache root: " + relative);
  }
  return cache.surroundings() + "/" + normal;
}

void take_step(const toml::table& step, const CacheBuilder& cache, const std::string& place) {
  static const std::map<std::string, void (*)(const StepPlace&)> kSteps = {
      {"write", write_step},       {"append", append_step},    {"flip", flip_step},
      {"truncate", truncate_step}, {"remove", remove_step},    {"link", link_step},
      {"mkdir", mkdir_step},       {"fifo", fifo_step},        {"socket", socket_step},
      {"chmod", chmod_step},       {"rename", rename_step},    {"copy", copy_step},
      {"touch", touch_step},       {"hardlink", hardlink_step}};
  const std::string name = text_at(step, "do", place);
  const auto found = kSteps.find(name);
  if (found == kSteps.end()) {
    throw std::runtime_error(place + ": no such step: " + name);
  }
  found->second(StepPlace{step, cache, place});
}

}  // namespace hubward::test
