// Too many bytes or too few: held against a size that is known from somewhere, or against prefixes
// that hash to the name.
#pragma once

#include "verifier/cache/disk.h"
#include "verifier/proof/damage.h"
#include <hubward/result.h>

#include <cstdint>
#include <optional>

namespace hubward {

/// Damage::oversized or truncated with its detail; nullopt when the size tells nothing.
///
/// The size that should be is the listed one; else what a safetensors or GGUF header in the file
/// asks for; else, for too many bytes only, a prefix that hashes to the name is searched for: half
/// of the file (a body that was stored twice), and cuts near its end. Errors: io.
Result<std::optional<DamageAnswer>> wrong_size(const FileBytes& file, std::uint64_t size,
                                               const DamageQuestion& question);

/// Cuts that are tried, counted from the end, and the largest file for which git ids are tried.
inline constexpr std::uint64_t kSha256Cuts = 4096;
inline constexpr std::uint64_t kGitSha1Cuts = 64;
inline constexpr std::uint64_t kMaxGitSha1CutBytes = std::uint64_t{1024} * 1024;

}  // namespace hubward
