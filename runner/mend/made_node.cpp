#include "runner/mend/made_node.h"

#include "verifier/cache/unique_fd.h"
#include "verifier/text/show.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <optional>
#include <string_view>

namespace hubward {
namespace {

constexpr mode_t kShared = 0666;  // less the umask, as a client's own

/// Of a link; nullopt when it is none, or longer than any that is made here.
std::optional<std::string> text_of_link(const NamedIn& at) {
  std::array<char, 8192> text{};
  const ssize_t size = ::readlinkat(at.folder, at.name.c_str(), text.data(), text.size());
  if (size < 0 || static_cast<std::size_t>(size) == text.size()) return std::nullopt;
  return std::string(text.data(), static_cast<std::size_t>(size));
}

/// Of a small plain file.
std::optional<std::string> text_of_file(const NamedIn& at) {
  const UniqueFd file(
      ::openat(at.folder, at.name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  struct stat status = {};
  if (!file.is_open() || ::fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode)) {
    return std::nullopt;
  }
  std::array<char, 64> text{};
  const ssize_t size = ::read(file.get(), text.data(), text.size());
  if (size < 0) return std::nullopt;
  return std::string(text.data(), static_cast<std::size_t>(size));
}

Result<void> write_file(const NamedIn& at, std::string_view text) {
  const UniqueFd file(::openat(at.folder, at.name.c_str(),
                               O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, kShared));
  if (!file.is_open()) return fail(ErrorKind::io, show(at.name), "cannot create file", errno);
  const ssize_t wrote = ::write(file.get(), text.data(), text.size());
  if (wrote == static_cast<ssize_t>(text.size()) && ::fsync(file.get()) == 0) return {};
  const int error = errno;
  ::unlinkat(at.folder, at.name.c_str(), 0);
  return fail(ErrorKind::io, show(at.name), "cannot write", error);
}

}  // namespace

MadeNode made_node(const JournalRecord& record) {
  return {.is_link = record.deed == JournalDeed::link, .text = record.text};
}

Result<void> make_node(const NamedIn& at, const MadeNode& made) {
  if (!made.is_link) return write_file(at, made.text);
  if (::symlinkat(made.text.c_str(), at.folder, at.name.c_str()) == 0) return {};
  return fail(ErrorKind::io, show(at.name), "cannot create link", errno);
}

Result<void> make_node_at_once(const NamedIn& at, const MadeNode& made) {
  if (made.is_link) return make_node(at, made);
  const NamedIn unfinished{at.folder, kUnfinishedName};
  remove_node(unfinished);
  HUBWARD_TRY_VOID(make_node(unfinished, made));
  if (::renameat2(at.folder, kUnfinishedName, at.folder, at.name.c_str(), RENAME_NOREPLACE) == 0) {
    return {};
  }
  const int error = errno;
  remove_node(unfinished);
  return fail(ErrorKind::io, show(at.name), "cannot name file", error);
}

bool is_made(const NamedIn& at, const MadeNode& made) {
  return (made.is_link ? text_of_link(at) : text_of_file(at)) == made.text;
}

bool is_part_of_made(const NamedIn& at, const MadeNode& made) {
  if (made.is_link) return is_made(at, made);
  const auto text = text_of_file(at);
  return text && std::string_view(made.text).starts_with(*text);
}

}  // namespace hubward
