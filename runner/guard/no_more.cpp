#include "runner/guard/no_more.h"

#include <fmt/core.h>

#include <cerrno>
#include <system_error>

namespace hubward {

std::string_view reached_limit(int error) {
  if (error != EAGAIN) return {};
  return "; the limit of processes (ulimit -u) or of memory (ulimit -v) is reached, allow more";
}

Result<void> start_threads(std::string_view what, const std::function<void()>& start) {
  try {
    start();
  } catch (const std::system_error& failure) {
    const int error = failure.code().value();
    return fail(ErrorKind::io, "", fmt::format("{}{}", what, reached_limit(error)), error);
  }
  return {};
}

}  // namespace hubward
