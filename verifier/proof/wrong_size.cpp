#include "verifier/proof/wrong_size.h"

#include "verifier/proof/chunk_reader.h"
#include "verifier/proof/file_header.h"
#include "verifier/proof/hasher.h"

#include <fmt/core.h>

#include <algorithm>

namespace hubward {
namespace {

/// Hashes on, up to `end`. Errors: io.
Result<void> hash_range(const FileBytes& file, std::uint64_t begin, std::uint64_t end,
                        Hasher& hasher) {
  ChunkReader reader(file, begin, end);
  for (;;) {
    HUBWARD_TRY(const std::span<const std::byte> chunk, reader.next());
    if (chunk.empty()) return {};
    hasher.update(chunk);
  }
}

Result<bool> prefix_is_whole(const FileBytes& file, std::uint64_t length, const Digest& name) {
  Hasher hasher(name.algorithm());
  hasher.reset(length);
  HUBWARD_TRY_VOID(hash_range(file, 0, length, hasher));
  return hasher.finish() == name;
}

/// One pass: a SHA-256 can be looked at on its way.
Result<std::optional<std::uint64_t>> sha256_cut(const FileBytes& file, std::uint64_t size,
                                                const Digest& name) {
  Hasher hasher(DigestAlgorithm::sha256);
  const std::uint64_t first_cut = size - std::min(size, kSha256Cuts);
  std::uint64_t at = 0;
  if (size % 2 == 0 && size / 2 < first_cut) {
    at = size / 2;
    HUBWARD_TRY_VOID(hash_range(file, 0, at, hasher));
    if (hasher.peek() == name) return std::optional(at);
  }
  HUBWARD_TRY_VOID(hash_range(file, at, first_cut, hasher));
  std::vector<std::byte> tail(static_cast<std::size_t>(size - first_cut));
  HUBWARD_TRY(const std::size_t got, file.read_at(first_cut, tail));
  for (std::size_t i = 0; i < got; ++i) {
    if (hasher.peek() == name) return std::optional(first_cut + i);
    hasher.update(std::span(tail).subspan(i, 1));
  }
  return std::optional<std::uint64_t>();
}

/// A git id begins with the length, so each cut is a hash of its own.
Result<std::optional<std::uint64_t>> git_sha1_cut(const FileBytes& file, std::uint64_t size,
                                                  const Digest& name) {
  if (size % 2 == 0) {
    HUBWARD_TRY(const bool half, prefix_is_whole(file, size / 2, name));
    if (half) return std::optional(size / 2);
  }
  if (size > kMaxGitSha1CutBytes) return std::optional<std::uint64_t>();
  std::string content(static_cast<std::size_t>(size), '\0');
  HUBWARD_TRY(const std::size_t got, file.read_at(0, std::as_writable_bytes(std::span(content))));
  for (std::uint64_t cut = 1; cut <= std::min<std::uint64_t>(got, kGitSha1Cuts); ++cut) {
    const std::string_view prefix = std::string_view(content).substr(0, got - cut);
    if (digest_of(DigestAlgorithm::git_sha1, prefix) == name) return std::optional(got - cut);
  }
  return std::optional<std::uint64_t>();
}

Result<std::optional<std::uint64_t>> right_prefix(const FileBytes& file, std::uint64_t size,
                                                  const Digest& name) {
  switch (name.algorithm()) {
    case DigestAlgorithm::git_sha1: return git_sha1_cut(file, size, name);
    case DigestAlgorithm::sha256: return sha256_cut(file, size, name);
  }
  return std::optional<std::uint64_t>();
}

DamageAnswer oversized(std::uint64_t size, std::uint64_t known, bool prefix_is_right) {
  return {.damage = Damage::oversized,
          .detail = fmt::format("has {} bytes where {} belong; the first {} are {}", size, known,
                                known, prefix_is_right ? "right" : "wrong too")};
}

DamageAnswer truncated(std::uint64_t size, std::uint64_t known) {
  return {.damage = Damage::truncated, .detail = fmt::format("has {} of {} bytes", size, known)};
}

/// What the size of an oversized file's right content would be, and whether it is in there.
Result<DamageAnswer> oversized_by_header(const FileBytes& file, std::uint64_t size,
                                         const HeaderAnswer& header, const Digest& name) {
  // A GGUF may end at its last tensor or at the padding behind it.
  for (const std::uint64_t end : {header.least_size, *header.size}) {
    HUBWARD_TRY(const bool right, prefix_is_whole(file, end, name));
    if (right) return oversized(size, end, true);
  }
  return oversized(size, *header.size, false);
}

/// nullopt when no header says anything.
Result<std::optional<DamageAnswer>> wrong_by_header(const FileBytes& file, std::uint64_t size,
                                                    const HeaderAnswer& header,
                                                    const Digest& name) {
  if (header.size && *header.size < size) {
    HUBWARD_TRY(DamageAnswer answer, oversized_by_header(file, size, header, name));
    return std::optional(std::move(answer));
  }
  if (header.size && *header.size > size) return std::optional(truncated(size, *header.size));
  // A header that itself is cut off tells no size, but that bytes are lacking.
  if (header.size || header.least_size <= size) return std::optional<DamageAnswer>();
  return std::optional(
      DamageAnswer{.damage = Damage::truncated,
                   .detail = fmt::format("has {} bytes, its header asks for {} at the least", size,
                                         header.least_size)});
}

}  // namespace

Result<std::optional<DamageAnswer>> wrong_size(const FileBytes& file, std::uint64_t size,
                                               const DamageQuestion& question) {
  if (question.listed_size) {
    const std::uint64_t listed = *question.listed_size;
    if (listed == size) return std::optional<DamageAnswer>();
    if (listed > size) return std::optional(truncated(size, listed));
    HUBWARD_TRY(const bool right, prefix_is_whole(file, listed, question.name));
    return std::optional(oversized(size, listed, right));
  }
  HUBWARD_TRY(const std::optional<HeaderAnswer> header, read_container_header(file, size));
  if (header) {
    HUBWARD_TRY(std::optional<DamageAnswer> answer,
                wrong_by_header(file, size, *header, question.name));
    if (answer || header->size) return answer;
  }
  HUBWARD_TRY(const std::optional<std::uint64_t> prefix, right_prefix(file, size, question.name));
  if (prefix) return std::optional(oversized(size, *prefix, true));
  return std::optional<DamageAnswer>();
}

}  // namespace hubward
