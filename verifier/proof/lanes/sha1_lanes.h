// SHA-1 of several messages at once, one in each lane of a vector register.
//
// Our own intrinsics beside OpenSSL, for a measured reason: a cache's long tail is thousands of
// small git blobs, and one stream of SHA-1 leaves most of a core idle. On contents of 4 KB sixteen
// AVX-512 lanes are 3.1 times one EVP stream, eight AVX2 lanes 1.9 times (docs/performance.md). EVP
// stays the oracle: the tests hold every kernel that the machine has against it, at every length
// and in every mix of lanes.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace hubward {

inline constexpr std::size_t kSha1BlockBytes = 64;
inline constexpr std::size_t kSha1Words = 5;
inline constexpr std::size_t kMostSha1Lanes = 16;

/// The state of all lanes: word by word, lane by lane.
using Sha1LaneStates = std::array<std::array<std::uint32_t, kMostSha1Lanes>, kSha1Words>;

/// A way of this processor to hash some lanes at once. Stateless, safe from any thread.
struct Sha1Kernel {
  const char* name;  ///< "avx512", "avx2"
  std::size_t lanes;
  /// Advances each of the first `lanes` states by `blocks` blocks, read from lanes[i] on.
  void (*advance)(const std::byte* const* lanes, std::size_t blocks, Sha1LaneStates& states);
};

/// Those that this processor can run, the widest first; none on a processor without vectors that
/// pay.
std::span<const Sha1Kernel> sha1_kernels();

/// One message of a batch: whole blocks, padded as FIPS 180-4 5.1.1 asks (pad_sha1).
struct Sha1Message {
  const std::byte* blocks = nullptr;
  std::size_t count = 0;  ///< of blocks; at least one
  std::array<std::uint32_t, kSha1Words> digest{};
};

/// Fills in the digest of each.
void hash_in_lanes(const Sha1Kernel& kernel, std::span<Sha1Message> messages);

/// Writes the padding of a message of `size` bytes right behind it.
/// @param message  has room for it: up to 72 bytes
/// @return the number of whole blocks of message and padding
std::size_t pad_sha1(std::byte* message, std::size_t size);

}  // namespace hubward
