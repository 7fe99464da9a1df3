// Walks bytes as UTF-8 without believing that they are: what is no sequence is a byte of its own,
// so that every input has characters, columns and an end.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace hubward {

struct Utf8Step {
  char32_t code = 0;     ///< the character; 0xDC00 + the byte when it begins no valid sequence
  std::size_t size = 1;  ///< bytes it takes
  bool valid = false;
};

/// The first character of `bytes`, which must not be empty. Overlong forms, surrogates and what is
/// beyond U+10FFFF are not valid.
Utf8Step first_character(std::string_view bytes);

/// Characters, an invalid byte counting as one.
std::size_t count_characters(std::string_view bytes);

/// Control characters, DEL, C1 controls, bidi and zero-width marks, line separators: what an eye
/// does not see or a terminal obeys.
bool is_unseen(char32_t code);

void append_utf8(std::string& out, char32_t code);

}  // namespace hubward
