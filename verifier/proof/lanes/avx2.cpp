// Eight lanes in ymm registers. Compiled with -mavx2; called only where the processor has it.
#include "verifier/proof/lanes/eight_lanes.h"
#include "verifier/proof/lanes/kernels.h"
#include "verifier/proof/lanes/sha1_rounds.h"
#include "verifier/proof/lanes/sha256_rounds.h"

namespace hubward::lanes {
namespace {

struct Words : EightLanes<Words> {
  template <int count>
  static Words rotated(Words a) {
    return of(
        _mm256_or_si256(_mm256_slli_epi32(a.value, count), _mm256_srli_epi32(a.value, 32 - count)));
  }
  static Words choice(Words b, Words c, Words d) {
    return of(
        _mm256_xor_si256(d.value, _mm256_and_si256(b.value, _mm256_xor_si256(c.value, d.value))));
  }
  static Words parity(Words b, Words c, Words d) { return exclusive(exclusive(b, c), d); }
  static Words majority(Words b, Words c, Words d) {
    return of(_mm256_or_si256(_mm256_and_si256(b.value, c.value),
                              _mm256_and_si256(d.value, _mm256_or_si256(b.value, c.value))));
  }
};

}  // namespace

void sha1_avx2(const unsigned char* const* lanes, std::size_t blocks, std::uint32_t* states,
               std::size_t stride) {
  advance_sha1<Words>(lanes, blocks, states, stride);
  _mm256_zeroupper();
}

void sha256_avx2(const unsigned char* const* lanes, std::size_t blocks, std::uint32_t* states,
                 std::size_t stride) {
  advance_sha256<Words>(lanes, blocks, states, stride);
  _mm256_zeroupper();
}

}  // namespace hubward::lanes
