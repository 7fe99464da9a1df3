// SHA-256 by the processor's own rounds, two streams interleaved: one stream waits most of the time
// for the last round to come out. Compiled with -msse4.1 -msha; called only where the processor has
// both.
#include "verifier/proof/lanes/kernels.h"
#include "verifier/proof/lanes/sha256_constants.h"

#include <immintrin.h>

namespace hubward::lanes {
namespace {

constexpr std::size_t kStreams = 2;

/// The instructions want the eight words as a, b, e, f and c, d, g, h, the first of them highest.
struct State {
  __m128i abef;
  __m128i cdgh;

  static State load(const std::uint32_t* from, std::size_t stride) {
    const auto word = [&](std::size_t i) { return static_cast<int>(from[i * stride]); };
    return {_mm_set_epi32(word(0), word(1), word(4), word(5)),
            _mm_set_epi32(word(2), word(3), word(6), word(7))};
  }
  void store(std::uint32_t* to, std::size_t stride) const {
    const auto put = [&](std::size_t i, int word) {
      to[i * stride] = static_cast<std::uint32_t>(word);
    };
    put(0, _mm_extract_epi32(abef, 3));
    put(1, _mm_extract_epi32(abef, 2));
    put(4, _mm_extract_epi32(abef, 1));
    put(5, _mm_extract_epi32(abef, 0));
    put(2, _mm_extract_epi32(cdgh, 3));
    put(3, _mm_extract_epi32(cdgh, 2));
    put(6, _mm_extract_epi32(cdgh, 1));
    put(7, _mm_extract_epi32(cdgh, 0));
  }
};

/// Four words of the schedule, from the sixteen before them, the oldest first.
inline __m128i next_words(__m128i a, __m128i b, __m128i c, __m128i d) {
  const __m128i sum = _mm_add_epi32(_mm_sha256msg1_epu32(a, b), _mm_alignr_epi8(d, c, 4));
  return _mm_sha256msg2_epu32(sum, d);
}

}  // namespace

void sha256_shani(const unsigned char* const* lanes, std::size_t blocks, std::uint32_t* states,
                  std::size_t stride) {
  const __m128i big_endian = _mm_set_epi8(12, 13, 14, 15, 8, 9, 10, 11, 4, 5, 6, 7, 0, 1, 2, 3);
  State state[kStreams];
  for (std::size_t i = 0; i < kStreams; ++i) state[i] = State::load(states + i, stride);

  for (std::size_t block = 0; block < blocks; ++block) {
    const State before[kStreams] = {state[0], state[1]};
    __m128i words[kStreams][4];
#pragma GCC unroll 16
    for (unsigned quad = 0; quad < 16; ++quad) {
      const unsigned at = quad & 3;
      const __m128i constants = _mm_load_si128(
          reinterpret_cast<const __m128i*>(kSha256Constants + std::size_t{4} * quad));
#pragma GCC unroll 2
      for (std::size_t i = 0; i < kStreams; ++i) {
        if (quad < 4) {
          const auto* const from =
              reinterpret_cast<const __m128i*>(lanes[i] + block * 64 + std::size_t{16} * quad);
          words[i][at] = _mm_shuffle_epi8(_mm_loadu_si128(from), big_endian);
        } else {
          words[i][at] = next_words(words[i][at], words[i][(at + 1) & 3], words[i][(at + 2) & 3],
                                    words[i][(at + 3) & 3]);
        }
        const __m128i sum = _mm_add_epi32(words[i][at], constants);
        state[i].cdgh = _mm_sha256rnds2_epu32(state[i].cdgh, state[i].abef, sum);
        state[i].abef =
            _mm_sha256rnds2_epu32(state[i].abef, state[i].cdgh, _mm_shuffle_epi32(sum, 0x0e));
      }
    }
    for (std::size_t i = 0; i < kStreams; ++i) {
      state[i].abef = _mm_add_epi32(state[i].abef, before[i].abef);
      state[i].cdgh = _mm_add_epi32(state[i].cdgh, before[i].cdgh);
    }
  }
  for (std::size_t i = 0; i < kStreams; ++i) state[i].store(states + i, stride);
}

}  // namespace hubward::lanes
