// Which kind of wrong bytes: names the accident behind a digest that does not match, so that a
// person knows whether to download again, fix a proxy or stop a text conversion.
#pragma once

#include "verifier/cache/disk.h"
#include <hubward/digest.h>
#include <hubward/finding.h>
#include <hubward/result.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hubward {

/// What is known of the content that should be there.
struct DamageQuestion {
  Digest name;                               ///< what the bytes should hash to
  std::optional<std::uint64_t> listed_size;  ///< bytes, from lock or listing
};

struct DamageAnswer {
  Damage damage = Damage::other;
  std::optional<std::string>
      detail;  ///< a sentence for a person ("zeros from byte 8192 on"), safe for eyes
};

/// Reads the file again and classifies it, first that fits in the order of Damage: empty,
/// lfs-pointer, html, xml, json-error, compressed, crlf, zero-filled, oversized, truncated, other.
/// Constant memory but for files of at most 64 MiB, which may be held to be transformed.
/// Errors: io.
Result<DamageAnswer> classify_damage(const FileBytes& file, const DamageQuestion& question);

/// What a file looks like when it is no data at all: Damage::lfs_pointer, html, xml or json_error;
/// nullopt otherwise.
/// @param head  the first bytes; json_error is told only when they are the whole file, so give
///              min(size, kMaxErrorBodyBytes) where it matters, 4 KiB elsewhere
/// @param size  of the whole file, bytes
std::optional<Damage> error_page_kind(std::string_view head, std::uint64_t size);

/// The first line of an error page or pointer, at most 120 bytes, safe for eyes.
std::string first_line(std::string_view head);

/// Largest file that may be a JSON error body.
inline constexpr std::uint64_t kMaxErrorBodyBytes = std::uint64_t{64} * 1024;

/// Most bytes that come out of a trial decompression or line-end conversion.
inline constexpr std::uint64_t kMaxTransformedBytes = std::uint64_t{64} * 1024 * 1024;

}  // namespace hubward
