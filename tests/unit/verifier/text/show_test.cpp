#include "verifier/text/show.h"

#include <gtest/gtest.h>

namespace hubward {
namespace {

TEST(Show, PlainTextAndForeignLettersStay) {
  EXPECT_EQ(show("models--gpt2/größe 模型 🤗"), "models--gpt2/größe 模型 🤗");
  EXPECT_EQ(show("a\\b"), "a\\b");
}

TEST(Show, ControlBytesAndDelBecomeHex) {
  EXPECT_EQ(show("a\x1b[31mb"), "a\\x1b[31mb");
  EXPECT_EQ(show("a\nb\tc\x7f"), "a\\x0ab\\x09c\\x7f");
  EXPECT_EQ(show(std::string_view("\0", 1)), "\\x00");
}

TEST(Show, WhatGithubsRunnerTakesForACommandDoesNot) {
  EXPECT_EQ(show("a##[add-mask]b"), "a\\x23#[add-mask]b");
  EXPECT_EQ(show("###[x]"), "#\\x23#[x]");
  EXPECT_EQ(show("## [x] #[y]"), "## [x] #[y]");
}

TEST(Show, C1ControlsBecomeCodePoints) {
  EXPECT_EQ(show("a\xC2\x9B"
                 "b"),
            "a\\u{9b}b");
}

TEST(Show, BytesThatAreNoUtf8BecomeHex) {
  EXPECT_EQ(show("a\xff"
                 "b"),
            "a\\xffb");
  EXPECT_EQ(show("\xC0\xAF"), "\\xc0\\xaf");           // overlong
  EXPECT_EQ(show("\xED\xA0\x80"), "\\xed\\xa0\\x80");  // a surrogate
  EXPECT_EQ(show("\xF4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80");
  EXPECT_EQ(show("a\xE2\x82"), "a\\xe2\\x82");  // cut short
}

TEST(Show, BidiAndZeroWidthMarksAndLineSeparatorsBecomeCodePoints) {
  EXPECT_EQ(show("gpt\u202Efdp.nib"), "gpt\\u{202e}fdp.nib");
  EXPECT_EQ(show("a\u200Bb\uFEFF"), "a\\u{200b}b\\u{feff}");
  EXPECT_EQ(show("a\u2028b\u2029"), "a\\u{2028}b\\u{2029}");
  EXPECT_EQ(show("a\u2066b\u2069"), "a\\u{2066}b\\u{2069}");
  EXPECT_EQ(show("\U000E0041"), "\\u{e0041}");
}

TEST(Show, NeighboursOfUnseenCharactersStay) {
  EXPECT_EQ(show("\u2010\u2027\u202F\u205F\u00A0"), "\u2010\u2027\u202F\u205F\u00A0");
}

TEST(Show, InputBeyondTheBoundIsCutBetweenCharactersAndMarked) {
  EXPECT_EQ(show("abcd", 4), "abcd");
  EXPECT_EQ(show("abcde", 4), "abcd…");
  EXPECT_EQ(show("abcü", 5), "abcü");
  EXPECT_EQ(show("abcü", 4), "abc…");
}

TEST(ReportPath, BytesThatAreNoUtf8AndBackslashesAreEscaped) {
  EXPECT_EQ(report_path("a\xff\\b"), "a\\xff\\\\b");
  EXPECT_EQ(report_path("größe\n"), "größe\n");
}

TEST(ReportPath, EveryByteComesBack) {
  std::string all = "\\xff \\\\";
  for (int i = 0; i < 256; ++i) all.push_back(static_cast<char>(i));
  EXPECT_TRUE(is_utf8(report_path(all)));
  EXPECT_EQ(path_from_report(report_path(all)), all);
}

TEST(ReportPath, AnEscapeThatIsNoneStandsForItself) {
  EXPECT_EQ(path_from_report("\\q\\x1\\xg0\\"), "\\q\\x1\\xg0\\");
}

}  // namespace
}  // namespace hubward
