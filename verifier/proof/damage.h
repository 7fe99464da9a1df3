// Which kind of wrong bytes: names the accident behind a digest that does not match, so that a person
// knows whether to download again, fix a proxy or stop a text conversion.
#pragma once

#include <cstdint>
#include <hubward/digest.h>
#include <hubward/finding.h>
#include <hubward/result.h>
#include <optional>
#include <string>
#include <string_view>

#include "verifier/cache/disk.h"

namespace hubward {

/// What is known of the content that should be there.
struct DamageQuestion {
  Digest name;                               ///< what the bytes should hash to
  std::optional<std::uint64_t> listed_size;  ///< bytes, from lock or listing
};

struct DamageAnswer {
  Damage damage = Damage::other;
  std::optional<std::string> detail;  ///< a sentence for a person ("zeros from byte 8192 on"), safe for eyes
};

/// Reads the file again and classifies it, first that fits in the order of Damage: empty, lfs-pointer,
/// html, xml, json-error, compressed, crlf, zero-filled, oversized, truncated, other.
/// Constant memory but for files of at most 64 MiB, which may be held to be transformed.
/// Errors: io.
Result<DamageAnswer> classify_damage(const FileBytes& file, const DamageQuestion& question);

/// What a file looks like when it is no data at all: Damage::lfs_pointer, html, xml or json_error;
/// nullopt otherwise.
/// @param head  the first bytes (4 KiB are enough)
/// @param size  of the whole file, bytes
std::optional<Damage> error_page_kind(std::string_view head, std::uint64_t size);

/// The first line of an error page or pointer, at most 120 bytes, safe for eyes.
std::string first_line(std::string_view head);

inline constexpr std::uint64_t kMaxTransformedBytes = 64u * 1024 * 1024;

}  // namespace hubward
