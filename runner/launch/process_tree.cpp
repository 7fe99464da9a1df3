#include "runner/launch/process_tree.h"

#include "verifier/cache/unique_fd.h"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <cstdio>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace hubward {
namespace {

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

constexpr std::size_t kFields = 20;

/// The first of them, without an allocation: in a storm of processes each look counts.
std::array<std::string_view, kFields> fields_of(std::string_view text) {
  std::array<std::string_view, kFields> fields;
  for (std::string_view& field : fields) {
    const std::size_t space = text.find(' ');
    field = text.substr(0, space);
    text.remove_prefix(space == std::string_view::npos ? text.size() : space + 1);
  }
  return fields;
}

}  // namespace

std::optional<ProcessStatus> status_of(pid_t pid) {
  char path[32];
  static_cast<void>(std::snprintf(path, sizeof path, "/proc/%d/stat", pid));
  const UniqueFd file(::open(path, O_RDONLY | O_CLOEXEC));
  if (!file.is_open()) return std::nullopt;
  char buffer[1024];
  const ssize_t size = ::read(file.get(), buffer, sizeof buffer);
  if (size <= 0) return std::nullopt;
  std::string_view text(buffer, static_cast<std::size_t>(size));
  // The name in parentheses may hold spaces and parentheses itself; what counts follows the last
  // one.
  const std::size_t name_end = text.rfind(')');
  if (name_end == std::string_view::npos || name_end + 2 > text.size()) return std::nullopt;
  const std::array<std::string_view, kFields> fields = fields_of(text.substr(name_end + 2));
  // proc(5): state is field 3, ppid 4, num_threads 20, starttime 22; the first after the name is 3.
  if (fields[0].empty()) return std::nullopt;
  const auto parent = number(fields[1]);
  const auto threads = number(fields[17]);
  const auto started = number(fields[19]);
  if (!parent || !threads || !started) return std::nullopt;
  return ProcessStatus{{pid, *started}, static_cast<pid_t>(*parent), fields[0].front(), *threads};
}

bool is_alive(const ProcessStatus& status) {
  return (status.state != 'Z' && status.state != 'X') || status.threads > 1;
}

// The last word of "0.00 0.01 0.05 1/123 4567". Source: proc(5).
pid_t youngest_process() {
  const UniqueFd file(::open("/proc/loadavg", O_RDONLY | O_CLOEXEC));
  char buffer[128];
  const ssize_t size = file.is_open() ? ::read(file.get(), buffer, sizeof buffer) : 0;
  if (size <= 1) return 0;
  const std::string_view text(buffer, static_cast<std::size_t>(size) - 1);
  return static_cast<pid_t>(number(text.substr(text.rfind(' ') + 1)).value_or(0));
}

std::vector<pid_t> all_processes() {
  std::vector<pid_t> pids;
  const std::unique_ptr<DIR, int (*)(DIR*)> folder(::opendir("/proc"), ::closedir);
  if (!folder) return pids;
  while (const dirent* entry = ::readdir(folder.get())) {
    if (const auto pid = number(entry->d_name)) pids.push_back(static_cast<pid_t>(*pid));
  }
  return pids;
}

namespace {

std::multimap<pid_t, ProcessStatus> all_by_parent() {
  std::multimap<pid_t, ProcessStatus> by_parent;
  for (const pid_t pid : all_processes()) {
    const auto status = status_of(pid);
    if (status) by_parent.emplace(status->parent, *status);
  }
  return by_parent;
}

}  // namespace

bool has_own_proc() {
  char text[32];
  const ssize_t size = ::readlink("/proc/self", text, sizeof text);
  if (size <= 0) return false;
  const auto pid = number(std::string_view(text, static_cast<std::size_t>(size)));
  return pid && static_cast<pid_t>(*pid) == ::getpid();
}

std::vector<ProcessId> descendants_of(pid_t root, const std::set<ProcessId>& excluded) {
  if (!has_own_proc()) return {};
  const std::multimap<pid_t, ProcessStatus> by_parent = all_by_parent();
  std::vector<ProcessId> found;
  std::vector<pid_t> parents = {root};
  // A parent map read while processes come and go can hold a loop only through a reused number.
  std::set<pid_t> seen = {root};
  while (!parents.empty()) {
    const pid_t parent = parents.back();
    parents.pop_back();
    const auto [begin, end] = by_parent.equal_range(parent);
    for (auto it = begin; it != end; ++it) {
      const ProcessStatus& child = it->second;
      if (excluded.contains(child.id) || !seen.insert(child.id.pid).second) continue;
      parents.push_back(child.id.pid);
      if (is_alive(child)) found.push_back(child.id);
    }
  }
  return found;
}

bool may_be_stopped(pid_t pid) {
  const auto status = has_own_proc() ? status_of(pid) : std::nullopt;
  return !status || status->state == 'T' || status->state == 't';
}

}  // namespace hubward
