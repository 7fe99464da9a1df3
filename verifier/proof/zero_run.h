// Zeros where data should be: what a crash leaves of a preallocated file, or a lost write of a
// page.
#pragma once

#include "verifier/cache/disk.h"
#include <hubward/result.h>

#include <cstdint>
#include <optional>

namespace hubward {

/// Bytes [begin, end) of a file, all zero.
struct ZeroRun {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  bool at_end_of_file = false;
};

inline constexpr std::uint64_t kZeroPageBytes = 4096;

/// The first run that fills a whole page on a page's edge, or, wherever it begins, the last
/// kZeroPageBytes or more of the file. Errors: io.
Result<std::optional<ZeroRun>> find_zero_run(const FileBytes& file, std::uint64_t size);

}  // namespace hubward
