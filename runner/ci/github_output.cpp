#include "runner/ci/github_output.h"

#include "verifier/cache/unique_fd.h"
#include "verifier/text/show.h"

#include <fmt/core.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace hubward {
namespace {

std::string escaped_data(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '%': escaped += "%25"; break;
      case '\r': escaped += "%0D"; break;
      case '\n': escaped += "%0A"; break;
      default: escaped += c;
    }
  }
  return escaped;
}

}  // namespace

std::string mask_command(std::string_view token) {
  return "::add-mask::" + escaped_data(token) + "\n";
}

std::string github_output_text(const GithubOutputs& outputs) {
  // Words of our own without line ends, so the plain form is enough; a value from outside would
  // need a delimiter that nobody can guess.
  return fmt::format("mode={}\nverdict={}\nreason={}\n", outputs.mode, outputs.verdict,
                     outputs.reason);
}

Result<void> append_to_step_file(const std::string& path,
                                 const std::function<std::string(std::size_t)>& text_for) {
  const UniqueFd file(
      ::open(path.c_str(), O_RDWR | O_APPEND | O_CREAT | O_NOCTTY | O_CLOEXEC, 0644));
  if (!file.is_open()) return fail(ErrorKind::io, show(path), "cannot be written", errno);
  struct stat status = {};
  if (::fstat(file.get(), &status) != 0) return fail(ErrorKind::io, show(path), "", errno);
  std::string text = text_for(static_cast<std::size_t>(status.st_size));
  char last = '\n';
  if (status.st_size > 0 && ::pread(file.get(), &last, 1, status.st_size - 1) == 1 &&
      last != '\n') {
    text.insert(0, "\n");
  }
  for (std::string_view rest = text; !rest.empty();) {
    const ssize_t wrote = ::write(file.get(), rest.data(), rest.size());
    if (wrote < 0) return fail(ErrorKind::io, show(path), "cannot be written", errno);
    rest.remove_prefix(static_cast<std::size_t>(wrote));
  }
  return {};
}

}  // namespace hubward
