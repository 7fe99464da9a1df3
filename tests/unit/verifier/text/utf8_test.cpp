#include "verifier/text/utf8.h"

#include <gtest/gtest.h>

namespace hubward {
namespace {

TEST(Utf8, EveryCharacterComesBackAsItWasWritten) {
  for (char32_t code = 0; code <= 0x10FFFF; code += code < 0x3000 ? 1 : 251) {
    if (code >= 0xD800 && code <= 0xDFFF) continue;
    std::string bytes;
    append_utf8(bytes, code);
    const Utf8Step step = first_character(bytes + "x");
    ASSERT_TRUE(step.valid) << static_cast<unsigned>(code);
    ASSERT_EQ(step.code, code);
    ASSERT_EQ(step.size, bytes.size());
  }
}

TEST(Utf8, TheFirstAndLastOfEachLengthAreValidAndTheirNeighboursNot) {
  for (const char* valid : {"\x7F", "\xC2\x80", "\xDF\xBF", "\xE0\xA0\x80", "\xED\x9F\xBF",
                            "\xEE\x80\x80", "\xEF\xBF\xBF", "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF"})
    EXPECT_TRUE(first_character(valid).valid) << valid;
  for (const char* invalid :
       {"\x80", "\xBF", "\xC0\x80", "\xC1\xBF", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xED\xBF\xBF",
        "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFE", "\xFF", "\xC2", "\xC2x",
        "\xE2\x82", "\xF0\x9F\xA4"}) {
    const Utf8Step step = first_character(invalid);
    EXPECT_FALSE(step.valid);
    EXPECT_EQ(step.size, 1u);
    EXPECT_EQ(step.code, 0xDC00u + static_cast<unsigned char>(invalid[0]));
  }
}

TEST(Utf8, ABrokenByteCountsAsACharacter) {
  EXPECT_EQ(count_characters(""), 0u);
  EXPECT_EQ(count_characters("größe 🤗"), 7u);
  EXPECT_EQ(count_characters("\xE2\x82x\xFF"), 4u);
}

TEST(Utf8, UnseenRangesEndWhereTheyEnd) {
  for (const int code : {0x00, 0x1F, 0x7F, 0x9F, 0xAD, 0x200B, 0x200F, 0x2028, 0x202E, 0x2060,
                         0x206F, 0xFEFF, 0xE0000, 0xE0FFF})
    EXPECT_TRUE(is_unseen(static_cast<char32_t>(code))) << static_cast<unsigned>(code);
  for (const int code : {0x20, 0x7E, 0xA0, 0xAC, 0xAE, 0x200A, 0x2010, 0x2027, 0x202F, 0x205F,
                         0x2070, 0xFEFE, 0xE1000})
    EXPECT_FALSE(is_unseen(static_cast<char32_t>(code))) << static_cast<unsigned>(code);
}

}  // namespace
}  // namespace hubward
