// SHA-1 and SHA-256 by the processor's own rounds, two streams interleaved: four rounds of one wait
// for the four before them, and those of the other fill the wait. Two and no more: a third would
// leave too few registers. Compiled with -march=armv8-a+crypto; called only where the kernel of the
// system says that the processor has these instructions.
#include "verifier/proof/lanes/kernels.h"
#include "verifier/proof/lanes/sha256_constants.h"

#include <arm_neon.h>

namespace hubward::lanes {
namespace {

constexpr std::size_t kStreams = 2;

inline uint32x4_t load_row(const std::uint32_t* from, std::size_t stride) {
  const std::uint32_t words[4] = {from[0], from[stride], from[2 * stride], from[3 * stride]};
  return vld1q_u32(words);
}

inline void store_row(uint32x4_t row, std::uint32_t* to, std::size_t stride) {
  std::uint32_t words[4];
  vst1q_u32(words, row);
  for (std::size_t i = 0; i < 4; ++i) to[i * stride] = words[i];
}

/// The state of one stream, and what its rounds need.
struct Sha1 {
  static constexpr unsigned kQuads = 20;  // of rounds
  uint32x4_t abcd;
  std::uint32_t e;

  static Sha1 load(const std::uint32_t* from, std::size_t stride) {
    return {load_row(from, stride), from[4 * stride]};
  }
  void store(std::uint32_t* to, std::size_t stride) const {
    store_row(abcd, to, stride);
    to[4 * stride] = e;
  }
  void add(const Sha1& before) {
    abcd = vaddq_u32(abcd, before.abcd);
    e += before.e;
  }

  /// Four words of the schedule, from the sixteen before them, the oldest first.
  static uint32x4_t next_words(uint32x4_t a, uint32x4_t b, uint32x4_t c, uint32x4_t d) {
    return vsha1su1q_u32(vsha1su0q_u32(a, b, c), d);
  }
  static uint32x4_t constants(unsigned quad) {
    constexpr std::uint32_t kConstants[4] = {0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xca62c1d6};
    return vdupq_n_u32(kConstants[quad / 5]);
  }
  /// @param sum  of the four words and their constants
  void four_rounds(unsigned quad, uint32x4_t sum) {
    const std::uint32_t next_e = vsha1h_u32(vgetq_lane_u32(abcd, 0));
    const unsigned part = quad / 5;
    abcd = part == 0   ? vsha1cq_u32(abcd, e, sum)
           : part == 2 ? vsha1mq_u32(abcd, e, sum)
                       : vsha1pq_u32(abcd, e, sum);
    e = next_e;
  }
};

/// The same of SHA-256.
struct Sha256 {
  static constexpr unsigned kQuads = 16;
  uint32x4_t abcd;
  uint32x4_t efgh;

  static Sha256 load(const std::uint32_t* from, std::size_t stride) {
    return {load_row(from, stride), load_row(from + 4 * stride, stride)};
  }
  void store(std::uint32_t* to, std::size_t stride) const {
    store_row(abcd, to, stride);
    store_row(efgh, to + 4 * stride, stride);
  }
  void add(const Sha256& before) {
    abcd = vaddq_u32(abcd, before.abcd);
    efgh = vaddq_u32(efgh, before.efgh);
  }

  static uint32x4_t next_words(uint32x4_t a, uint32x4_t b, uint32x4_t c, uint32x4_t d) {
    return vsha256su1q_u32(vsha256su0q_u32(a, b), c, d);
  }
  static uint32x4_t constants(unsigned quad) {
    return vld1q_u32(kSha256Constants + std::size_t{4} * quad);
  }
  void four_rounds(unsigned /*quad*/, uint32x4_t sum) {
    const uint32x4_t before = abcd;
    abcd = vsha256hq_u32(before, efgh, sum);
    efgh = vsha256h2q_u32(efgh, before, sum);
  }
};

inline uint32x4_t big_endian_words(const unsigned char* from) {
  return vreinterpretq_u32_u8(vrev32q_u8(vld1q_u8(from)));
}

template <class Hash>
inline void advance(const unsigned char* const* lanes, std::size_t blocks, std::uint32_t* states,
                    std::size_t stride) {
  Hash hash[kStreams] = {Hash::load(states, stride), Hash::load(states + 1, stride)};

  for (std::size_t block = 0; block < blocks; ++block) {
    const Hash before[kStreams] = {hash[0], hash[1]};
    uint32x4_t words[kStreams][4];
#pragma GCC unroll 20
    for (unsigned quad = 0; quad < Hash::kQuads; ++quad) {
      const unsigned at = quad & 3;
      const uint32x4_t constants = Hash::constants(quad);
#pragma GCC unroll 2
      for (std::size_t i = 0; i < kStreams; ++i) {
        words[i][at] = quad < 4 ? big_endian_words(lanes[i] + block * 64 + std::size_t{16} * quad)
                                : Hash::next_words(words[i][at], words[i][(at + 1) & 3],
                                                   words[i][(at + 2) & 3], words[i][(at + 3) & 3]);
        hash[i].four_rounds(quad, vaddq_u32(words[i][at], constants));
      }
    }
    for (std::size_t i = 0; i < kStreams; ++i) hash[i].add(before[i]);
  }
  for (std::size_t i = 0; i < kStreams; ++i) hash[i].store(states + i, stride);
}

}  // namespace

void sha1_armv8(const unsigned char* const* lanes, std::size_t blocks, std::uint32_t* states,
                std::size_t stride) {
  advance<Sha1>(lanes, blocks, states, stride);
}

void sha256_armv8(const unsigned char* const* lanes, std::size_t blocks, std::uint32_t* states,
                  std::size_t stride) {
  advance<Sha256>(lanes, blocks, states, stride);
}

}  // namespace hubward::lanes
