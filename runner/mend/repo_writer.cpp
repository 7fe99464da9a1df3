#include "runner/mend/repo_writer.h"

#include "runner/mend/beneath.h"
#include "verifier/proof/hasher.h"
#include "verifier/text/show.h"

#include <fmt/core.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>
#include <vector>

namespace hubward {
namespace {

constexpr std::size_t kChunk = std::size_t{1} << 20U;
constexpr std::string_view kCacheTag =
    "Signature: 8a477f597d28d172789f06886806bc55\n"
    "# This file is a cache directory tag created by huggingface_hub.\n"
    "# For information about cache directory tags, see:\n"
    "#\thttps://bford.info/cachedir/\n";

/// As huggingface_hub: only where there is none, and what fails is nobody's trouble.
void tag_cache(int cache) {
  const UniqueFd tag(
      ::openat(cache, "CACHEDIR.TAG", O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666));
  if (!tag.is_open()) return;
  if (::write(tag.get(), kCacheTag.data(), kCacheTag.size()) < 0) errno = 0;
}

/// Whether the file system takes symbolic links: by trying, as huggingface_hub does, for it says so
/// nowhere. The trial lies beside the locks, where no client looks for anything.
bool takes_links(int cache, const std::string& folder) {
  const auto locks = open_beneath(cache, ".locks/" + folder, Make::as_umask);
  if (!locks) return true;  // whoever takes the lock will say why
  const std::string name = partial_name("link");
  if (::symlinkat("nowhere", locks->get(), name.c_str()) == 0) {
    ::unlinkat(locks->get(), name.c_str(), 0);
    return true;
  }
  // EROFS: VirtualBox's shared folders say so of links alone.
  return errno != EPERM && errno != EOPNOTSUPP && errno != ENOSYS && errno != EROFS;
}

/// @param path  for people
Result<void> read_all(int file, const std::string& path,
                      const std::function<Result<void>(std::span<const std::byte>)>& take) {
  std::vector<std::byte> buffer(kChunk);
  for (;;) {
    const ssize_t got = ::read(file, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail(ErrorKind::io, show(path), "cannot read", errno);
    if (got == 0) return {};
    HUBWARD_TRY_VOID(take(std::span(buffer).first(static_cast<std::size_t>(got))));
  }
}

std::string snapshot_path(const CommitId& commit, const std::string& path) {
  return "snapshots/" + commit.hex() + "/" + path;
}

}  // namespace

std::string link_text(std::string_view path, const Digest& blob) {
  return link_text(path, std::string_view(blob.hex()));
}

std::string link_text(std::string_view path, std::string_view blob) {
  std::string text = "../../";
  for (auto depth = std::ranges::count(path, '/'); depth > 0; --depth) text += "../";
  return text.append("blobs/").append(blob);
}

Result<RepoWriter> RepoWriter::open(const std::string& cache_path, const std::string& folder,
                                    LinkUse wanted) {
  RepoWriter writer;
  writer.folder_ = folder;
  HUBWARD_TRY(writer.cache_, open_own_folder(cache_path, Make::as_umask));
  tag_cache(writer.cache_.get());
  writer.place_ = folder + "/blobs";
  HUBWARD_TRY(writer.repo_, open_beneath(writer.cache_.get(), folder, Make::as_umask));
  HUBWARD_TRY(writer.blobs_, writer.open_inside("blobs"));
  writer.partial_stems_ = partial_stems(writer.blobs_.get());
  writer.links_ = wanted;
  if (wanted == LinkUse::symlinks && !takes_links(writer.cache(), folder)) {
    writer.links_ = LinkUse::copies;
  }
  return writer;
}

bool RepoWriter::had_partial_of(const Digest& blob) const {
  return std::ranges::binary_search(partial_stems_, blob.hex());
}

void RepoWriter::sync_names() const { ::fsync(blobs_.get()); }

Result<PartialFile> RepoWriter::new_partial(std::string_view stem) const {
  return PartialFile::create(blobs_.get(), stem, place_);
}

std::optional<PartialFile> RepoWriter::left_partial(std::string_view stem,
                                                    std::uint64_t most) const {
  return PartialFile::take_over(blobs_.get(), stem, most, place_);
}

Result<UniqueFd> RepoWriter::open_inside(std::string_view folder) const {
  auto opened = open_beneath(repo_.get(), folder, Make::as_umask);
  if (!opened) opened.error().where = show(folder_ + "/" + std::string(folder));
  return opened;
}

Result<UniqueFd> RepoWriter::open_blob(const std::string& name) const {
  // A payload of the shared store stands behind a link; its bytes are hashed before they count.
  UniqueFd file(::openat(blobs_.get(), name.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  const int error = errno;
  if (!file.is_open()) return fail(ErrorKind::io, show(place_ + "/" + name), "cannot open", error);
  return file;
}

Result<std::optional<Digest>> RepoWriter::digest_of_blob(const Digest& name) const {
  auto file = open_blob(name.hex());
  struct stat status = {};
  if (!file && file.error().sys_errno == ENOENT) return std::optional<Digest>();
  if (!file) return tl::unexpected(file.error());
  if (::fstat(file->get(), &status) != 0 || !S_ISREG(status.st_mode)) {
    return fail(ErrorKind::io, show(place_ + "/" + name.hex()), "is no regular file");
  }
  Hasher hasher(name.algorithm());
  hasher.reset(static_cast<std::uint64_t>(status.st_size));
  HUBWARD_TRY_VOID(read_all(file->get(), place_ + "/" + name.hex(),
                            [&](std::span<const std::byte> bytes) -> Result<void> {
                              hasher.update(bytes);
                              return {};
                            }));
  return std::optional<Digest>(hasher.finish());
}

Result<void> RepoWriter::point_at(const CommitId& commit, const std::string& path,
                                  const Digest& blob) const {
  const std::string whole = snapshot_path(commit, path);
  const PathEnd end = path_end(whole);
  HUBWARD_TRY(const UniqueFd folder, open_inside(end.folder));
  if (links_ == LinkUse::copies) return copy_blob(folder.get(), end.name, blob);
  const std::string text = link_text(path, blob);
  std::array<char, 1024> seen{};
  const ssize_t size = ::readlinkat(folder.get(), end.name.c_str(), seen.data(), seen.size());
  if (size > 0 && std::string_view(seen.data(), static_cast<std::size_t>(size)) == text) return {};
  // No temporary: in blobs/ the same text would lead out of the cache, and a kill before the rename
  // would leave a link that looks hostile. What stands here is not what it should be, and goes
  // first.
  if (size >= 0 || errno == EINVAL) ::unlinkat(folder.get(), end.name.c_str(), 0);
  if (::symlinkat(text.c_str(), folder.get(), end.name.c_str()) != 0) {
    return fail(ErrorKind::io, show(folder_ + "/" + whole), "cannot make link", errno);
  }
  return {};
}

Result<void> RepoWriter::copy_blob(int folder, const std::string& name, const Digest& blob) const {
  HUBWARD_TRY(const UniqueFd source, open_blob(blob.hex()));
  HUBWARD_TRY(PartialFile copy, new_partial(blob.hex()));
  auto copied = read_all(source.get(), place_ + "/" + blob.hex(),
                         [&](std::span<const std::byte> bytes) { return copy.append(bytes); });
  if (!copied) {
    copy.remove();
    return copied;
  }
  return copy.publish(folder, name);
}

Result<void> RepoWriter::place(PartialFile file, const CommitId& commit,
                               const std::string& path) const {
  const std::string whole = snapshot_path(commit, path);
  const PathEnd end = path_end(whole);
  HUBWARD_TRY(const UniqueFd folder, open_inside(end.folder));
  return file.publish(folder.get(), end.name);
}

Result<void> RepoWriter::write_listing(const CommitId& commit, std::string_view json) const {
  return write_whole("trees/" + commit.hex() + ".json", json);
}

Result<void> RepoWriter::write_ref(const std::string& revision, const CommitId& commit) const {
  return write_whole("refs/" + revision, commit.hex());
}

Result<void> RepoWriter::write_whole(const std::string& path, std::string_view text) const {
  const PathEnd end = path_end(path);
  HUBWARD_TRY(const UniqueFd folder, open_inside(end.folder));
  HUBWARD_TRY(PartialFile file, new_partial("text"));
  auto written = file.append(std::as_bytes(std::span(text)));
  if (written) written = file.publish(folder.get(), end.name);
  if (!written) {
    file.remove();
    written.error().where = show(folder_ + "/" + path);
  }
  ::fsync(folder.get());  // the name; what fails here loses no more than that
  return written;
}

}  // namespace hubward
