// The sixty-four rounds of FIPS 180-4 6.2.2, written once over a vector of lanes. Private to the
// kernels, and for the reason told in sha1_rounds.h nothing of it is shared with the library.
#pragma once

#include "verifier/proof/lanes/sha256_constants.h"

#include <cstddef>
#include <cstdint>

namespace hubward::lanes {

/// The exclusive or of x rotated to the right by three counts.
template <class Vector, int one, int two, int three>
inline Vector rotations(Vector x) {
  return Vector::parity(Vector::template rotated<32 - one>(x),
                        Vector::template rotated<32 - two>(x),
                        Vector::template rotated<32 - three>(x));
}

/// The same with a shift in place of the third rotation.
template <class Vector, int one, int two, int shift>
inline Vector rotations_and_shift(Vector x) {
  return Vector::parity(Vector::template rotated<32 - one>(x),
                        Vector::template rotated<32 - two>(x),
                        Vector::template shifted_right<shift>(x));
}

/// @tparam Vector  some 32-bit words and what can be done to them; see avx512.cpp
/// @param states   [8][stride] words
template <class Vector>
inline void advance_sha256(const unsigned char* const* lanes, std::size_t blocks,
                           std::uint32_t* states, std::size_t stride) {
  Vector h[8];
  for (std::size_t i = 0; i < 8; ++i) h[i] = Vector::load(states + i * stride);

  for (std::size_t block = 0; block < blocks; ++block) {
    Vector words[16];
    Vector::load_blocks(lanes, block * 64, words);
    Vector s[8];  // a to h, where round r finds a at -r
    for (std::size_t i = 0; i < 8; ++i) s[i] = h[i];
#pragma GCC unroll 64
    for (unsigned round = 0; round < 64; ++round) {
      const unsigned at = round & 15;
      if (round >= 16) {
        const Vector late = rotations_and_shift<Vector, 17, 19, 10>(words[(at + 14) & 15]);
        const Vector early = rotations_and_shift<Vector, 7, 18, 3>(words[(at + 1) & 15]);
        words[at] =
            Vector::sum(Vector::sum(words[at], words[(at + 9) & 15]), Vector::sum(late, early));
      }
      const unsigned a = (64 - round) & 7;
      const unsigned e = (a + 4) & 7;
      Vector& last = s[(a + 7) & 7];  // h, which becomes the next a
      const Vector mixed = Vector::choice(s[e], s[(a + 5) & 7], s[(a + 6) & 7]);
      const Vector first = Vector::sum(
          Vector::sum(last, Vector::sum(words[at], Vector::all(kSha256Constants[round]))),
          Vector::sum(mixed, rotations<Vector, 6, 11, 25>(s[e])));
      const Vector second = Vector::sum(rotations<Vector, 2, 13, 22>(s[a]),
                                        Vector::majority(s[a], s[(a + 1) & 7], s[(a + 2) & 7]));
      s[(a + 3) & 7] = Vector::sum(s[(a + 3) & 7], first);
      last = Vector::sum(first, second);
    }
    for (std::size_t i = 0; i < 8; ++i) h[i] = Vector::sum(h[i], s[i]);
  }
  for (std::size_t i = 0; i < 8; ++i) h[i].store(states + i * stride);
}

}  // namespace hubward::lanes
