// Sixteen lanes in zmm registers. Compiled with -mavx512f -mavx512bw; called only where the
// processor has both.
#include "verifier/proof/lanes/kernels.h"
#include "verifier/proof/lanes/sha1_rounds.h"
#include "verifier/proof/lanes/sha256_rounds.h"

#include <immintrin.h>

namespace hubward::lanes {
namespace {

struct Words {
  __m512i value;

  static Words load(const std::uint32_t* from) { return {_mm512_loadu_si512(from)}; }
  void store(std::uint32_t* to) const { _mm512_storeu_si512(to, value); }
  static Words all(std::uint32_t word) { return {_mm512_set1_epi32(static_cast<int>(word))}; }
  static Words sum(Words a, Words b) { return {_mm512_add_epi32(a.value, b.value)}; }
  static Words exclusive(Words a, Words b) { return {_mm512_xor_si512(a.value, b.value)}; }
  template <int count>
  static Words rotated(Words a) {
    return {_mm512_rol_epi32(a.value, count)};
  }
  template <int count>
  static Words shifted_right(Words a) {
    return {_mm512_srli_epi32(a.value, count)};
  }
  // The third argument of a ternary is the truth table of its three inputs.
  static Words choice(Words b, Words c, Words d) {
    return {_mm512_ternarylogic_epi32(b.value, c.value, d.value, 0xca)};
  }
  static Words parity(Words b, Words c, Words d) {
    return {_mm512_ternarylogic_epi32(b.value, c.value, d.value, 0x96)};
  }
  static Words majority(Words b, Words c, Words d) {
    return {_mm512_ternarylogic_epi32(b.value, c.value, d.value, 0xe8)};
  }

  /// Word i of each lane's big-endian block, for all sixteen i: a 16 by 16 transposition.
  static void load_blocks(const unsigned char* const* lanes, std::size_t offset,
                          Words (&words)[16]) {
    const __m512i big_endian =
        _mm512_broadcast_i32x4(_mm_set_epi8(12, 13, 14, 15, 8, 9, 10, 11, 4, 5, 6, 7, 0, 1, 2, 3));
    __m512i quads[16];  // quads[4k + j]: word 4q + j of lanes 4k to 4k + 3, in quarter q
#pragma GCC unroll 4
    for (std::size_t k = 0; k < 16; k += 4) {
      __m512i row[4];
#pragma GCC unroll 4
      for (std::size_t i = 0; i < 4; ++i) {
        row[i] = _mm512_shuffle_epi8(_mm512_loadu_si512(lanes[k + i] + offset), big_endian);
      }
      const __m512i low01 = _mm512_unpacklo_epi32(row[0], row[1]);
      const __m512i high01 = _mm512_unpackhi_epi32(row[0], row[1]);
      const __m512i low23 = _mm512_unpacklo_epi32(row[2], row[3]);
      const __m512i high23 = _mm512_unpackhi_epi32(row[2], row[3]);
      quads[k] = _mm512_unpacklo_epi64(low01, low23);
      quads[k + 1] = _mm512_unpackhi_epi64(low01, low23);
      quads[k + 2] = _mm512_unpacklo_epi64(high01, high23);
      quads[k + 3] = _mm512_unpackhi_epi64(high01, high23);
    }
#pragma GCC unroll 4
    for (std::size_t j = 0; j < 4; ++j) {
      const __m512i even_low = _mm512_shuffle_i32x4(quads[j], quads[4 + j], 0x88);
      const __m512i odd_low = _mm512_shuffle_i32x4(quads[j], quads[4 + j], 0xdd);
      const __m512i even_high = _mm512_shuffle_i32x4(quads[8 + j], quads[12 + j], 0x88);
      const __m512i odd_high = _mm512_shuffle_i32x4(quads[8 + j], quads[12 + j], 0xdd);
      words[j].value = _mm512_shuffle_i32x4(even_low, even_high, 0x88);
      words[4 + j].value = _mm512_shuffle_i32x4(odd_low, odd_high, 0x88);
      words[8 + j].value = _mm512_shuffle_i32x4(even_low, even_high, 0xdd);
      words[12 + j].value = _mm512_shuffle_i32x4(odd_low, odd_high, 0xdd);
    }
  }
};

}  // namespace

void sha1_avx512(const unsigned char* const* lanes, std::size_t blocks, std::uint32_t* states,
                 std::size_t stride) {
  advance_sha1<Words>(lanes, blocks, states, stride);
  _mm256_zeroupper();
}

void sha256_avx512(const unsigned char* const* lanes, std::size_t blocks, std::uint32_t* states,
                   std::size_t stride) {
  advance_sha256<Words>(lanes, blocks, states, stride);
  _mm256_zeroupper();
}

}  // namespace hubward::lanes
