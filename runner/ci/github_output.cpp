#include "runner/ci/github_output.h"

#include "verifier/cache/unique_fd.h"
#include "verifier/report/github.h"
#include "verifier/text/show.h"

#include <fmt/format.h>

#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <iterator>

namespace hubward {
namespace {

bool is_word(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '-' || c == '_' || c == '.';
  });
}

/// 0, or the errno of the write that failed.
int write_whole(int file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t wrote = ::write(file, text.data(), text.size());
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) return errno;
    text.remove_prefix(static_cast<std::size_t>(wrote));
  }
  return 0;
}

}  // namespace

std::string mask_command(std::string_view token) {
  return "::add-mask::" + escaped_data(token) + "\n";
}

std::string step_output_text(std::span<const StepOutput> outputs,
                             const std::function<std::string()>& delimiter) {
  std::string text;
  for (const StepOutput& output : outputs) {
    if (is_word(output.value)) {
      text += fmt::format("{}={}\n", output.name, output.value);
      continue;
    }
    std::string end = delimiter();
    while (output.value.find(end) != std::string::npos) end = delimiter();
    text += fmt::format("{0}<<{2}\n{1}\n{2}\n", output.name, output.value, end);
  }
  return text;
}

std::string random_delimiter() {
  std::array<unsigned char, 16> bytes{};
  // So few come whole, once the kernel has any at all.
  while (::getrandom(bytes.data(), bytes.size(), 0) < 0 && errno == EINTR) {
  }
  std::string text = "hubward_";
  for (const unsigned char byte : bytes) fmt::format_to(std::back_inserter(text), "{:02x}", byte);
  return text;
}

Result<void> append_to_step_file(const std::string& path,
                                 const std::function<std::string(std::size_t)>& text_for) {
  const auto refuse = [&path](int error) {
    return fail(ErrorKind::io, show(path), "cannot be written", error);
  };
  // Without O_NONBLOCK the open itself would wait for a FIFO's reader.
  const UniqueFd file(
      ::open(path.c_str(), O_RDWR | O_APPEND | O_CREAT | O_NOCTTY | O_CLOEXEC | O_NONBLOCK, 0644));
  if (!file.is_open()) return refuse(errno);
  struct stat status = {};
  if (::fstat(file.get(), &status) != 0) return refuse(errno);
  if (!S_ISREG(status.st_mode) && !S_ISCHR(status.st_mode)) {
    return fail(ErrorKind::io, show(path), "cannot be written: it is no plain file");
  }
  std::string text = text_for(static_cast<std::size_t>(status.st_size));
  char last = '\n';
  if (status.st_size > 0 && ::pread(file.get(), &last, 1, status.st_size - 1) == 1 &&
      last != '\n') {
    text.insert(0, "\n");
  }
  if (const int error = write_whole(file.get(), text); error != 0) return refuse(error);
  return {};
}

}  // namespace hubward
