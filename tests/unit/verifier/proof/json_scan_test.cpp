#include "verifier/proof/json_scan.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace hubward {
namespace {

std::optional<std::string> fault_of(std::string_view text, std::size_t piece = 1 << 20) {
  JsonScan scan;
  while (!text.empty()) {
    scan.take(text.substr(0, piece));
    text.remove_prefix(std::min(piece, text.size()));
  }
  return scan.finish();
}

TEST(JsonScan, WholeTextsPass) {
  for (const char* text :
       {"{}", "[]", " { } ", "1", "-0.5e+10", "\"x\"", "true", "null\n", "[1,2,[3,{\"a\":[]}]]",
        R"({"a":"\u00e9\n\"\\","b":[true,false,null]})", "[[],[],{}]", "\"\xc3\xa9\"",
        "[NaN,Infinity,-Infinity]", R"({"a":1,"a":2})", R"("\ud800")"}) {
    EXPECT_EQ(fault_of(text), std::nullopt) << text;
  }
}

TEST(JsonScan, TextsThatAreNoneFail) {
  for (const std::string& text :
       {std::string(""),         std::string("  \n"),       std::string("{"),
        std::string("}"),        std::string("[1,]"),       std::string("{\"a\"}"),
        std::string("{\"a\":}"), std::string("{\"a\":1,}"), std::string("{,}"),
        std::string("[1 2]"),    std::string("{1:2}"),      std::string("[}"),
        std::string("{]"),       std::string("tru"),        std::string("-"),
        std::string("nan"),      std::string("\"\\x\""),    std::string("\"\\u12g4\""),
        std::string("\"\n\""),   std::string("\"a"),        std::string("{} {}"),
        std::string("{}x"),      std::string("[1]\0", 4),   std::string("{\"a\":\"\0\0\"}", 10),
        std::string("'a'")}) {
    EXPECT_TRUE(fault_of(text)) << text;
  }
}

TEST(JsonScan, CutAnywhereItFails) {
  const std::string text = R"({"model":{"a":[1,2.5,-3],"b":"\u00e9x\\"},"c":true,"d":null})";
  ASSERT_EQ(fault_of(text), std::nullopt);
  for (std::size_t size = 0; size < text.size(); ++size) {
    EXPECT_TRUE(fault_of(text.substr(0, size))) << size;
  }
}

TEST(JsonScan, PiecesOfAnySizeGiveTheSameAnswer) {
  const std::string good = R"({"model":{"a":[1,2.5,-3],"b":"\u00e9x\\"},"c":true,"d":null} )";
  const std::string bad = R"({"model":{"a":[1,2.5,-3],"b":"\u00e9x\\"},"c":truth,"d":null})";
  const auto fault = fault_of(bad);
  for (std::size_t piece = 1; piece < 20; ++piece) {
    EXPECT_EQ(fault_of(good, piece), std::nullopt) << piece;
    EXPECT_EQ(fault_of(bad, piece), fault) << piece;
  }
}

TEST(JsonScan, TheByteIsNamed) {
  EXPECT_EQ(fault_of("[1,x]"), "is not JSON: unexpected byte at 4");
  EXPECT_EQ(fault_of("[1}"), "is not JSON: unexpected byte at 2");
  EXPECT_EQ(fault_of("[1,2"), "is not JSON: ends within a value, at byte 4");
  EXPECT_EQ(fault_of(""), "is not JSON: holds no value");
}

TEST(JsonScan, NestingMayBe64DeepAndNoMore) {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  EXPECT_EQ(fault_of(nested(64)), std::nullopt);
  EXPECT_EQ(fault_of(nested(65)), "is JSON nested deeper than 64");
  EXPECT_TRUE(fault_of(std::string(10'000'000, '[')));
  // Objects and arrays in turn, so that both kinds are told apart at every depth.
  std::string mixed;
  for (int i = 0; i < 32; ++i) mixed += "[{\"a\":";
  mixed += "1";
  for (int i = 0; i < 32; ++i) mixed += "}]";
  EXPECT_EQ(fault_of(mixed), std::nullopt);
}

TEST(JsonScan, JsonLinesPassAndATextStoredTwiceDoesNot) {
  EXPECT_EQ(fault_of("{\"a\":1}\n{\"a\":2}\r\n\n[3]\n"), std::nullopt);
  EXPECT_TRUE(fault_of("{\"a\":1}\n{\"a\":"));
  EXPECT_TRUE(fault_of("{\n\"a\":1}\n{\n\"a\":1}\n"));
  EXPECT_TRUE(fault_of("{\"a\":1}{\"a\":1}"));
  EXPECT_TRUE(fault_of("1 2"));
}

TEST(JsonScan, LongNumbersAndWordsAreTakenAsTheyCome) {
  EXPECT_EQ(fault_of(std::string(1000, '9')), std::nullopt);
  EXPECT_TRUE(fault_of(std::string(1000, 'e')));
}

TEST(JsonScan, NoNoiseCrashesIt) {
  std::mt19937 random(1);
  const std::string letters = "{}[]:,\"\\u0a1-.tnf \n\0";
  for (int round = 0; round < 20'000; ++round) {
    std::string text;
    for (auto i = random() % 40; i > 0; --i) text += letters[random() % letters.size()];
    EXPECT_EQ(fault_of(text).has_value(), fault_of(text, 1).has_value()) << text;
  }
}

}  // namespace
}  // namespace hubward
