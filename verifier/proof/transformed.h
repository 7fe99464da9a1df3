// Whether wrong bytes are the right ones in disguise: compressed by a proxy, or with line ends that
// a text-mode copy changed. Only a digest that matches afterwards says so; a magic number proves
// nothing.
#pragma once

#include "verifier/cache/disk.h"
#include "verifier/proof/damage.h"
#include <hubward/digest.h>
#include <hubward/result.h>

#include <cstdint>
#include <optional>
#include <string>

namespace hubward {

/// "gzip", "zlib" or "brotli" when the bytes, decompressed, hash to `name`.
/// At most kMaxTransformedBytes come out of it, none of them kept. Errors: io.
Result<std::optional<std::string>> compression_that_explains(const FileBytes& file,
                                                             std::uint64_t size,
                                                             const Digest& name);

enum class LineEndAccident : std::uint8_t { lf_became_crlf, crlf_became_lf };

/// The conversion whose reversal hashes to `question.name`; the same bound. Errors: io.
Result<std::optional<LineEndAccident>> line_ends_that_explain(const FileBytes& file,
                                                              std::uint64_t size,
                                                              const DamageQuestion& question);

}  // namespace hubward
