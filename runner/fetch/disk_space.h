// Whether what is to be downloaded fits, told before the first byte of it.
#pragma once

#include <hubward/result.h>

#include <cstdint>
#include <string>

namespace hubward {

/// Errors: io, with both sizes. Where the system does not tell, there is room.
Result<void> expect_room(const std::string& cache_path, std::uint64_t bytes);

}  // namespace hubward
