// What any eight lanes in ymm registers share. A template, so that the kernels of AVX2 and of
// AVX-512VL each have a copy of their own: the linker would keep one of a plain inline function.
#pragma once

#include <immintrin.h>

#include <cstddef>
#include <cstdint>

namespace hubward::lanes {

/// @tparam Vector  derives from this, and adds what its processor does better
template <class Vector>
struct EightLanes {
  static constexpr std::size_t kLanes = 8;
  __m256i value;

  static Vector load(const std::uint32_t* from) {
    return of(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(from)));
  }
  void store(std::uint32_t* to) const {
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), value);
  }
  static Vector all(std::uint32_t word) { return of(_mm256_set1_epi32(static_cast<int>(word))); }
  static Vector sum(Vector a, Vector b) { return of(_mm256_add_epi32(a.value, b.value)); }
  static Vector exclusive(Vector a, Vector b) { return of(_mm256_xor_si256(a.value, b.value)); }
  template <int count>
  static Vector shifted_right(Vector a) {
    return of(_mm256_srli_epi32(a.value, count));
  }

  /// Word i of each lane's big-endian block, for all sixteen i: two 8 by 8 transpositions.
  static void load_blocks(const unsigned char* const* lanes, std::size_t offset,
                          Vector (&words)[16]) {
    transpose(lanes, offset, words);
    transpose(lanes, offset + 32, words + 8);
  }

 protected:
  static Vector of(__m256i value) {
    Vector vector;
    vector.value = value;
    return vector;
  }

 private:
  static void transpose(const unsigned char* const* lanes, std::size_t offset, Vector* words) {
    const __m256i big_endian = _mm256_broadcastsi128_si256(
        _mm_set_epi8(12, 13, 14, 15, 8, 9, 10, 11, 4, 5, 6, 7, 0, 1, 2, 3));
    __m256i quads[8];  // quads[4k + j]: word 4h + j of lanes 4k to 4k + 3, in half h
#pragma GCC unroll 2
    for (std::size_t k = 0; k < 8; k += 4) {
      __m256i row[4];
#pragma GCC unroll 4
      for (std::size_t i = 0; i < 4; ++i) {
        const auto* const from = reinterpret_cast<const __m256i*>(lanes[k + i] + offset);
        row[i] = _mm256_shuffle_epi8(_mm256_loadu_si256(from), big_endian);
      }
      const __m256i low01 = _mm256_unpacklo_epi32(row[0], row[1]);
      const __m256i high01 = _mm256_unpackhi_epi32(row[0], row[1]);
      const __m256i low23 = _mm256_unpacklo_epi32(row[2], row[3]);
      const __m256i high23 = _mm256_unpackhi_epi32(row[2], row[3]);
      quads[k] = _mm256_unpacklo_epi64(low01, low23);
      quads[k + 1] = _mm256_unpackhi_epi64(low01, low23);
      quads[k + 2] = _mm256_unpacklo_epi64(high01, high23);
      quads[k + 3] = _mm256_unpackhi_epi64(high01, high23);
    }
#pragma GCC unroll 4
    for (std::size_t j = 0; j < 4; ++j) {
      words[j] = of(_mm256_permute2x128_si256(quads[j], quads[4 + j], 0x20));
      words[4 + j] = of(_mm256_permute2x128_si256(quads[j], quads[4 + j], 0x31));
    }
  }
};

}  // namespace hubward::lanes
