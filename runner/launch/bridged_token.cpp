#include "runner/launch/bridged_token.h"

#include "runner/launch/token.h"
#include "runner/mend/beneath.h"
#include "verifier/text/show.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <utility>

namespace hubward {
namespace {

constexpr std::string_view kFolder = "/.cache/huggingface";
constexpr std::string_view kName = "/token";

/// The bits of "hubward" as white space, a line of its own.
std::string mark() {
  std::string text = "\n";
  for (const char letter : std::string_view("hubward")) {
    for (int bit = 7; bit >= 0; --bit) text += ((letter >> bit) & 1) != 0 ? '\t' : ' ';
  }
  return text + "\n";
}

struct Seen {
  UniqueFd file;
  struct stat status = {};
  std::string content;
};

/// A plain file that may be ours; nullopt for all else.
std::optional<Seen> look_at(const char* path) {
  Seen seen;
  seen.file = UniqueFd(::open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  if (!seen.file.is_open() || ::fstat(seen.file.get(), &seen.status) != 0) return std::nullopt;
  if (!S_ISREG(seen.status.st_mode) || seen.status.st_uid != ::geteuid()) return std::nullopt;
  char buffer[sizeof(TokenTrace::content) + 1];
  const ssize_t size = ::read(seen.file.get(), buffer, sizeof buffer);
  if (size < 0) return std::nullopt;
  seen.content.assign(buffer, static_cast<std::size_t>(size));
  return seen;
}

std::string_view folder_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return path.substr(0, slash == std::string_view::npos ? 0 : slash);
}

std::string shown(const std::string& path) { return show(path, 300); }

}  // namespace

std::string bridged_token_path(const std::string& home) {
  return home + std::string(kFolder) + std::string(kName);
}

void take_away(const TokenTrace& trace) noexcept {
  if (trace.inode != 0) {
    const auto seen = look_at(trace.path);
    const bool is_ours = seen && seen->status.st_dev == trace.device &&
                         seen->status.st_ino == trace.inode &&
                         seen->content == std::string_view(trace.content, trace.size);
    if (is_ours) ::unlink(trace.path);
  }
  std::string_view folder = trace.path;
  for (unsigned made = 0; made < trace.folders; ++made) {
    folder = folder_of(folder);
    if (::rmdir(std::string(folder).c_str()) != 0) return;
  }
}

// Links among the folders are the user's own and are followed, as the clients do.
Result<void> BridgedToken::make_folders(const std::string& folder) {
  for (std::size_t at = 1; at != 0 && at <= folder.size();) {
    const std::size_t slash = std::min(folder.find('/', at), folder.size());
    const std::string part = folder.substr(0, slash);
    at = slash + 1;
    if (::mkdir(part.c_str(), 0700) == 0) {
      ++trace_.folders;
    } else if (errno == EEXIST) {
      trace_.folders = 0;  // what is not ours stands beneath what is
    } else {
      // What is there already may refuse to be made for another reason: a read-only file system.
      const int error = errno;
      struct stat status = {};
      if (::stat(part.c_str(), &status) == 0 && S_ISDIR(status.st_mode)) continue;
      return fail(ErrorKind::io, shown(part), "cannot be made", error);
    }
  }
  return {};
}

Result<void> BridgedToken::make_file(const std::string& content) {
  file_ = UniqueFd(
      ::open(trace_.path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_NOCTTY | O_CLOEXEC, 0600));
  struct stat status = {};
  if (!file_.is_open() || ::fstat(file_.get(), &status) != 0) {
    return fail(ErrorKind::io, shown(trace_.path), "cannot be written", errno);
  }
  trace_.device = status.st_dev;
  trace_.inode = status.st_ino;
  trace_.size = content.size();
  std::ranges::copy(content, trace_.content);
  ::flock(file_.get(), LOCK_EX | LOCK_NB);
  // A umask may have taken even the owner's rights.
  const bool is_written =
      ::fchmod(file_.get(), 0600) == 0 &&
      ::write(file_.get(), content.data(), content.size()) == static_cast<ssize_t>(content.size());
  if (is_written) return {};
  const int error = errno;
  ::unlink(trace_.path);  // half of it would not be known for ours
  return fail(ErrorKind::io, shown(trace_.path), "cannot be written", error);
}

Result<std::unique_ptr<BridgedToken>> BridgedToken::lay_out(const BridgeRequest& request) {
  if (request.home.empty()) return fail(ErrorKind::usage, "HOME", "is not set");
  const std::string path = bridged_token_path(request.home);
  const std::string content = request.token + mark();
  std::unique_ptr<BridgedToken> token(new BridgedToken);
  if (path.size() >= sizeof token->trace_.path || content.size() > sizeof token->trace_.content) {
    return fail(ErrorKind::usage, shown(path), "the path or the token is too long");
  }
  path.copy(token->trace_.path, path.size());
  take_away_leftover(request.home);
  struct stat status = {};
  if (::lstat(path.c_str(), &status) == 0) {
    const auto seen = look_at(path.c_str());
    if (seen && seen->content.ends_with(mark())) {
      return fail(ErrorKind::usage, shown(path),
                  "another `hubward run` has put one there, and takes it away when it ends");
    }
    if (seen && cleaned_token(seen->content) == request.token) return nullptr;
    return fail(ErrorKind::usage, shown(path), "there is one already, which is left as it is");
  }
  const std::string folder(folder_of(path));
  HUBWARD_TRY_VOID(token->make_folders(folder));
  const UniqueFd cache(::open(request.cache_path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  UniqueFd place(::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (cache.is_open() && place.is_open() && lies_in(std::move(place), cache.get())) {
    return fail(ErrorKind::usage, shown(path), "lies in the cache, where no token belongs");
  }
  HUBWARD_TRY_VOID(token->make_file(content));
  return token;
}

bool take_away_leftover(const std::string& home) {
  const std::string path = bridged_token_path(home);
  const auto seen = look_at(path.c_str());
  if (!seen || !seen->content.ends_with(mark())) return false;
  // Held by the hubward that still has a use for it; where locks are unknown, nobody can tell.
  if (::flock(seen->file.get(), LOCK_EX | LOCK_NB) != 0) return false;
  struct stat now = {};
  const bool is_same = ::lstat(path.c_str(), &now) == 0 && now.st_dev == seen->status.st_dev &&
                       now.st_ino == seen->status.st_ino;
  return is_same && ::unlink(path.c_str()) == 0;
}

}  // namespace hubward
