#include "runner/guard/asker.h"

#include "verifier/cache/unique_fd.h"
#include "verifier/text/show.h"

#include <fmt/core.h>

#include <fcntl.h>
#include <unistd.h>

#include <charconv>
#include <climits>
#include <optional>

namespace hubward {
namespace {

constexpr std::size_t kMostStatus = 4096;
constexpr std::size_t kMostCommandLine = 65536;
constexpr std::size_t kMostArguments = 8;
constexpr std::size_t kMostOfAnArgument = 200;
constexpr int kMostAncestors = 32;

std::string read_head(const std::string& path, std::size_t most) {
  std::string text;
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.is_open()) return text;
  text.resize(most);
  std::size_t size = 0;
  while (size < most) {
    const ssize_t got = ::read(file.get(), text.data() + size, most - size);
    if (got <= 0) break;
    size += static_cast<std::size_t>(got);
  }
  text.resize(size);
  return text;
}

struct Status {
  pid_t process = 0;
  pid_t parent = 0;
  std::string name;
};

/// The value behind "\nKEY:\t", or at the beginning.
std::string_view field(std::string_view status, std::string_view key) {
  const std::size_t at = status.find(key);
  if (at == std::string_view::npos) return {};
  const std::string_view rest = status.substr(at + key.size());
  return rest.substr(0, rest.find('\n'));
}

pid_t number(std::string_view text) {
  pid_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

// Source: proc(5). Name comes first, and its line breaks are escaped there.
std::optional<Status> status_of_thread(pid_t thread) {
  const std::string text = read_head(fmt::format("/proc/{}/status", thread), kMostStatus);
  Status status{.process = number(field(text, "\nTgid:\t")),
                .parent = number(field(text, "\nPPid:\t")),
                .name = std::string(field(text, "Name:\t"))};
  if (status.process == 0) return std::nullopt;
  return status;
}

std::string program_of(const Status& status) {
  char target[PATH_MAX];
  const std::string link = fmt::format("/proc/{}/exe", status.process);
  const ssize_t size = ::readlink(link.c_str(), target, sizeof target);
  if (size <= 0) return show(status.name);
  return show(std::string_view(target, static_cast<std::size_t>(size)));
}

// Cut only after secrets are out: half of one would not be known any more.
std::vector<std::string> arguments_of(pid_t process, const Redaction& redact) {
  std::string text = read_head(fmt::format("/proc/{}/cmdline", process), kMostCommandLine);
  const std::size_t end = text.rfind('\0');
  if (text.size() == kMostCommandLine && end != std::string::npos) text.resize(end + 1);
  if (redact) text = redact(text);
  std::vector<std::string> arguments;
  for (std::size_t at = 0; at < text.size() && arguments.size() < kMostArguments;) {
    const std::size_t stop = std::min(text.find('\0', at), text.size());
    arguments.push_back(show(std::string_view(text).substr(at, stop - at), kMostOfAnArgument));
    at = stop + 1;
  }
  return arguments;
}

}  // namespace

Asker look_at_asker(pid_t thread, pid_t top, const Redaction& redact) {
  Asker asker;
  const auto status = status_of_thread(thread);
  if (!status) return asker;
  asker.pid = status->process;
  asker.program = program_of(*status);
  asker.arguments = arguments_of(status->process, redact);
  pid_t parent = status->parent;
  for (int i = 0; i < kMostAncestors && parent > 0 && parent != top; ++i) {
    const auto ancestor = status_of_thread(parent);
    if (!ancestor) break;
    asker.chain.push_back({ancestor->process, show(ancestor->name)});
    parent = ancestor->parent;
  }
  return asker;
}

}  // namespace hubward
