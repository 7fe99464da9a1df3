// One decoder for everything that looks at characters. The standard library's converters throw,
// stop at the first bad byte or accept overlong forms.
#include "verifier/text/utf8.h"

#include <algorithm>
#include <iterator>

namespace hubward {
namespace {

struct Range {
  char32_t first;
  char32_t last;
};

// Unicode 15: categories Cc, Cf, Zl and Zp, the fillers and the variation selectors that draw
// nothing. Sorted.
constexpr Range kUnseen[] = {
    {0x0000, 0x001F},   {0x007F, 0x009F},   {0x00AD, 0x00AD},   {0x034F, 0x034F},
    {0x0600, 0x0605},   {0x061C, 0x061C},   {0x06DD, 0x06DD},   {0x070F, 0x070F},
    {0x0890, 0x0891},   {0x08E2, 0x08E2},   {0x115F, 0x1160},   {0x17B4, 0x17B5},
    {0x180B, 0x180F},   {0x200B, 0x200F},   {0x2028, 0x202E},   {0x2060, 0x206F},
    {0x3164, 0x3164},   {0xFE00, 0xFE0F},   {0xFEFF, 0xFEFF},   {0xFFA0, 0xFFA0},
    {0xFFF0, 0xFFFB},   {0x110BD, 0x110BD}, {0x110CD, 0x110CD}, {0x13430, 0x1343F},
    {0x1BCA0, 0x1BCA3}, {0x1D173, 0x1D17A}, {0xE0000, 0xE0FFF},
};

constexpr bool continues(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

}  // namespace

Utf8Step first_character(std::string_view bytes) {
  const auto lead = static_cast<unsigned char>(bytes.front());
  if (lead < 0x80) return {.code = lead, .size = 1, .valid = true};
  // As Python's surrogateescape: such a byte equals no character, only itself.
  const Utf8Step alone{.code = char32_t{0xDC00} + lead, .size = 1, .valid = false};
  std::size_t size = 0;
  char32_t code = 0;
  char32_t smallest = 0;
  if (lead >= 0xC2 && lead <= 0xDF) {
    size = 2, code = lead & 0x1Fu, smallest = 0x80;
  } else if (lead >= 0xE0 && lead <= 0xEF) {
    size = 3, code = lead & 0x0Fu, smallest = 0x800;
  } else if (lead >= 0xF0 && lead <= 0xF4) {
    size = 4, code = lead & 0x07u, smallest = 0x10000;
  } else {
    return alone;
  }
  if (bytes.size() < size) return alone;
  for (std::size_t i = 1; i < size; ++i) {
    if (!continues(bytes[i])) return alone;
    code = (code << 6) | (static_cast<unsigned char>(bytes[i]) & 0x3Fu);
  }
  const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
  if (code < smallest || code > 0x10FFFF || surrogate) return alone;
  return {.code = code, .size = size, .valid = true};
}

std::size_t count_characters(std::string_view bytes) {
  std::size_t count = 0;
  for (; !bytes.empty(); ++count) bytes.remove_prefix(first_character(bytes).size);
  return count;
}

bool is_unseen(char32_t code) {
  const Range* const after =
      std::upper_bound(std::begin(kUnseen), std::end(kUnseen), code,
                       [](char32_t value, const Range& range) { return value < range.first; });
  return after != std::begin(kUnseen) && code <= std::prev(after)->last;
}

void append_utf8(std::string& out, char32_t code) {
  const auto put = [&out](char32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0 | (code >> 6)), put(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    put(0xE0 | (code >> 12)), put(0x80 | ((code >> 6) & 0x3F)), put(0x80 | (code & 0x3F));
  } else {
    put(0xF0 | (code >> 18)), put(0x80 | ((code >> 12) & 0x3F));
    put(0x80 | ((code >> 6) & 0x3F)), put(0x80 | (code & 0x3F));
  }
}

}  // namespace hubward
