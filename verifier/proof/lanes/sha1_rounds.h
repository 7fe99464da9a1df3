// The eighty rounds of FIPS 180-4 6.1.2, written once over a vector of lanes. Private to the
// kernels: each is a file of its own, compiled for its processor, so nothing here may be an inline
// function of the library or of the standard's (the linker would keep one copy, and it might be the
// wrong one).
#pragma once

#include <cstddef>
#include <cstdint>

namespace hubward::lanes {

/// @tparam Vector  some 32-bit words and what can be done to them; see avx512.cpp
/// @param states   [5][stride] words
template <class Vector>
inline void advance_sha1(const unsigned char* const* lanes, std::size_t blocks,
                         std::uint32_t* states, std::size_t stride) {
  constexpr std::uint32_t kConstants[4] = {0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xca62c1d6};
  Vector h[5];
  for (std::size_t i = 0; i < 5; ++i) h[i] = Vector::load(states + i * stride);

  for (std::size_t block = 0; block < blocks; ++block) {
    Vector words[16];
    Vector::load_blocks(lanes, block * 64, words);
    Vector a = h[0];
    Vector b = h[1];
    Vector c = h[2];
    Vector d = h[3];
    Vector e = h[4];
#pragma GCC unroll 80
    for (int round = 0; round < 80; ++round) {
      const int at = round & 15;
      if (round >= 16) {
        words[at] = Vector::template rotated<1>(
            Vector::exclusive(Vector::exclusive(words[(at + 13) & 15], words[(at + 8) & 15]),
                              Vector::exclusive(words[(at + 2) & 15], words[at])));
      }
      const int part = round / 20;
      const Vector mixed = part == 0   ? Vector::choice(b, c, d)
                           : part == 2 ? Vector::majority(b, c, d)
                                       : Vector::parity(b, c, d);
      const Vector sum =
          Vector::sum(Vector::sum(Vector::template rotated<5>(a), mixed),
                      Vector::sum(Vector::sum(e, Vector::all(kConstants[part])), words[at]));
      e = d;
      d = c;
      c = Vector::template rotated<30>(b);
      b = a;
      a = sum;
    }
    h[0] = Vector::sum(h[0], a);
    h[1] = Vector::sum(h[1], b);
    h[2] = Vector::sum(h[2], c);
    h[3] = Vector::sum(h[3], d);
    h[4] = Vector::sum(h[4], e);
  }
  for (std::size_t i = 0; i < 5; ++i) h[i].store(states + i * stride);
}

}  // namespace hubward::lanes
