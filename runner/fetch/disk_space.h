// Whether what is to be downloaded fits, told before the first byte of it.
#pragma once

#include <hubward/result.h>

#include <cstdint>
#include <string>

namespace hubward {

/// Pure. Errors: io, with both sizes.
/// @param free_bytes  that this user may take
Result<void> fits(const std::string& cache_path, std::uint64_t bytes, std::uint64_t free_bytes);

/// The same by the file system's word. Where it gives none, there is room.
Result<void> expect_room(const std::string& cache_path, std::uint64_t bytes);

}  // namespace hubward
