// The kernels' own door, in plain types: what a kernel's file includes is compiled for its
// processor (sha1_rounds.h). Private to the room; lanes.h is what others call.
#pragma once

#include <cstddef>
#include <cstdint>

namespace hubward::lanes {

/// @param lanes   as many places to read `blocks` blocks of 64 bytes from as the kernel is wide
/// @param states  rows of `stride` words, five of SHA-1 or eight of SHA-256; in each the first as
///                many words as the kernel is wide are in use
using Kernel = void(const unsigned char* const* lanes, std::size_t blocks, std::uint32_t* states,
                    std::size_t stride);

// 16 wide.
void sha1_avx512(const unsigned char* const* lanes, std::size_t blocks, std::uint32_t* states,
                 std::size_t stride);
void sha256_avx512(const unsigned char* const* lanes, std::size_t blocks, std::uint32_t* states,
                   std::size_t stride);
// 8 wide.
void sha1_avx512vl(const unsigned char* const* lanes, std::size_t blocks, std::uint32_t* states,
                   std::size_t stride);
void sha256_avx512vl(const unsigned char* const* lanes, std::size_t blocks, std::uint32_t* states,
                     std::size_t stride);
void sha1_avx2(const unsigned char* const* lanes, std::size_t blocks, std::uint32_t* states,
               std::size_t stride);
void sha256_avx2(const unsigned char* const* lanes, std::size_t blocks, std::uint32_t* states,
                 std::size_t stride);
// 2 wide.
void sha256_shani(const unsigned char* const* lanes, std::size_t blocks, std::uint32_t* states,
                  std::size_t stride);
void sha1_armv8(const unsigned char* const* lanes, std::size_t blocks, std::uint32_t* states,
                std::size_t stride);
void sha256_armv8(const unsigned char* const* lanes, std::size_t blocks, std::uint32_t* states,
                  std::size_t stride);
// 1 wide, by libcrypto's own rounds for this processor: always there.
void sha1_openssl(const unsigned char* const* lanes, std::size_t blocks, std::uint32_t* states,
                  std::size_t stride);
void sha256_openssl(const unsigned char* const* lanes, std::size_t blocks, std::uint32_t* states,
                    std::size_t stride);

}  // namespace hubward::lanes
