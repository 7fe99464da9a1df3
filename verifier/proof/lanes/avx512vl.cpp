// Eight lanes in ymm registers with the rotations and ternaries of AVX-512. Compiled with -mavx512f
// -mavx512vl; called only where the processor has both.
#include "verifier/proof/lanes/eight_lanes.h"
#include "verifier/proof/lanes/kernels.h"
#include "verifier/proof/lanes/sha1_rounds.h"
#include "verifier/proof/lanes/sha256_rounds.h"

namespace hubward::lanes {
namespace {

struct Words : EightLanes<Words> {
  template <int count>
  static Words rotated(Words a) {
    return of(_mm256_rol_epi32(a.value, count));
  }
  // The third argument of a ternary is the truth table of its three inputs.
  static Words choice(Words b, Words c, Words d) {
    return of(_mm256_ternarylogic_epi32(b.value, c.value, d.value, 0xca));
  }
  static Words parity(Words b, Words c, Words d) {
    return of(_mm256_ternarylogic_epi32(b.value, c.value, d.value, 0x96));
  }
  static Words majority(Words b, Words c, Words d) {
    return of(_mm256_ternarylogic_epi32(b.value, c.value, d.value, 0xe8));
  }
};

}  // namespace

void sha1_avx512vl(const unsigned char* const* lanes, std::size_t blocks, std::uint32_t* states,
                   std::size_t stride) {
  advance_sha1<Words>(lanes, blocks, states, stride);
  _mm256_zeroupper();
}

void sha256_avx512vl(const unsigned char* const* lanes, std::size_t blocks, std::uint32_t* states,
                     std::size_t stride) {
  advance_sha256<Words>(lanes, blocks, states, stride);
  _mm256_zeroupper();
}

}  // namespace hubward::lanes
