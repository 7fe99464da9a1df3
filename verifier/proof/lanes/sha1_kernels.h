// The kernels' own door, in plain types: what a kernel's file includes is compiled for its
// processor (sha1_rounds.h). Private to the room; sha1_lanes.h is what others call.
#pragma once

#include <cstddef>
#include <cstdint>

namespace hubward::lanes {

/// @param lanes   8 or 16 places to read `blocks` blocks of 64 bytes from
/// @param states  five rows of `stride` words, the first 8 or 16 of each row in use
void sha1_avx2(const unsigned char* const* lanes, std::size_t blocks, std::uint32_t* states,
               std::size_t stride);
void sha1_avx512(const unsigned char* const* lanes, std::size_t blocks, std::uint32_t* states,
                 std::size_t stride);

}  // namespace hubward::lanes
