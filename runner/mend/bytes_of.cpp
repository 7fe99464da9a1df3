#include "runner/mend/bytes_of.h"

#include "runner/mend/beneath.h"
#include "verifier/cache/layout.h"
#include "verifier/cache/unique_fd.h"
#include "verifier/proof/hasher.h"
#include "verifier/text/show.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <span>
#include <vector>

namespace hubward {
namespace {

constexpr std::size_t kChunk = std::size_t{1} << 20U;

struct OpenFile {
  UniqueFd file;
  std::uint64_t size = 0;
};

Result<OpenFile> open_file(int cache, const std::string& path) {
  const PathEnd end = path_end(path);
  HUBWARD_TRY(const UniqueFd folder, open_beneath(cache, end.folder, Make::no));
  OpenFile open{UniqueFd(
      ::openat(folder.get(), end.name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC))};
  if (!open.file.is_open()) return fail(ErrorKind::io, show(path), "cannot open", errno);
  struct stat status = {};
  if (::fstat(open.file.get(), &status) != 0 || !S_ISREG(status.st_mode)) {
    return fail(ErrorKind::io, show(path), "is no plain file");
  }
  open.size = static_cast<std::uint64_t>(status.st_size);
  return open;
}

Result<void> feed(const OpenFile& open, const std::string& path, std::span<Hasher> hashers) {
  for (Hasher& hasher : hashers) hasher.reset(open.size);
  std::vector<std::byte> buffer(kChunk);
  for (;;) {
    const ssize_t got = ::read(open.file.get(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail(ErrorKind::io, show(path), "cannot read", errno);
    if (got == 0) return {};
    for (Hasher& hasher : hashers) {
      hasher.update(std::span(buffer).first(static_cast<std::size_t>(got)));
    }
  }
}

/// Where a blob's bytes lie.
std::string real_place(int cache, const std::string& path) {
  const PathEnd end = path_end(path);
  const auto folder = open_beneath(cache, end.folder, Make::no);
  if (!folder) return path;
  std::array<char, 256> text{};
  const ssize_t size = ::readlinkat(folder->get(), end.name.c_str(), text.data(), text.size());
  if (size <= 0) return path;
  const std::string payload =
      shared_payload_of(std::string_view(text.data(), static_cast<std::size_t>(size)));
  return payload.empty() ? path : payload;
}

}  // namespace

Result<Digest> digest_of_blob(int cache, const std::string& path, DigestAlgorithm algorithm) {
  const std::string place = real_place(cache, path);
  HUBWARD_TRY(const OpenFile open, open_file(cache, place));
  std::array hashers = {Hasher(algorithm)};
  HUBWARD_TRY_VOID(feed(open, place, hashers));
  return hashers[0].finish();
}

Result<BothDigests> digests_of_file(int cache, const std::string& path) {
  HUBWARD_TRY(const OpenFile open, open_file(cache, path));
  std::array hashers = {Hasher(DigestAlgorithm::git_sha1), Hasher(DigestAlgorithm::sha256)};
  HUBWARD_TRY_VOID(feed(open, path, hashers));
  return BothDigests{hashers[0].finish(), hashers[1].finish()};
}

bool is_there(int cache, const std::string& path) {
  const PathEnd end = path_end(path);
  const auto folder = open_beneath(cache, end.folder, Make::no);
  struct stat status = {};
  return folder && ::fstatat(folder->get(), end.name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0;
}

}  // namespace hubward
