#include "verifier/text/json_door.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

namespace hubward {
namespace {

using testing::HasSubstr;

JsonValue parsed(std::string_view text) {
  auto value = parse_json(text);
  EXPECT_TRUE(value) << text;
  return value ? *value : JsonValue();
}

std::string fault_of(std::string_view text) {
  const auto value = parse_json(text);
  return value ? "" : value.error().what;
}

std::string brackets(std::size_t depth) {
  return std::string(depth, '[') + std::string(depth, ']');
}

TEST(JsonDoor, EveryKindOfValueIsRead) {
  const JsonValue value =
      parsed(R"({"a":null,"b":true,"c":-3,"d":7,"e":1.5,"f":"xü","g":[1,[]],"h":{}})");
  ASSERT_NE(value.object(), nullptr);
  EXPECT_TRUE(value.find("a")->is_null());
  EXPECT_EQ(*value.find("b")->boolean(), true);
  EXPECT_EQ(std::get<std::int64_t>(value.find("c")->variant()), -3);
  EXPECT_EQ(value.find("d")->unsigned_integer(), 7u);
  EXPECT_EQ(std::get<double>(value.find("e")->variant()), 1.5);
  EXPECT_EQ(*value.find("f")->string(), "xü");
  ASSERT_EQ(value.find("g")->array()->size(), 2u);
  EXPECT_TRUE(value.find("h")->object()->empty());
  EXPECT_EQ(value.find("z"), nullptr);
  EXPECT_EQ(value.find("g")->find("z"), nullptr);
}

TEST(JsonDoor, KeysKeepTheirOrder) {
  EXPECT_EQ(write_json(parsed(R"({"b":1,"a":{"z":2,"y":3}})"), JsonLayout::compact),
            R"({"b":1,"a":{"z":2,"y":3}})");
}

TEST(JsonDoor, IntegersUpTo64BitsAreExact) {
  EXPECT_EQ(parsed("18446744073709551615").unsigned_integer(),
            std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(parsed("18446744073709551616").unsigned_integer(), std::nullopt);
  EXPECT_EQ(std::get<std::int64_t>(parsed("-9223372036854775808").variant()),
            std::numeric_limits<std::int64_t>::min());
}

TEST(JsonDoor, NegativeAndFractionalNumbersAreNoUnsignedIntegers) {
  EXPECT_EQ(parsed("-1").unsigned_integer(), std::nullopt);
  EXPECT_EQ(parsed("1.0").unsigned_integer(), std::nullopt);
  EXPECT_EQ(parsed("\"1\"").unsigned_integer(), std::nullopt);
}

TEST(JsonDoor, WhatIsNoJsonIsRefusedWithThePlace) {
  EXPECT_THAT(fault_of(""), HasSubstr("not JSON"));
  EXPECT_THAT(fault_of("{\"a\": nope}"), HasSubstr("at byte 8"));
  for (const char* text : {"{", "[1,]", "{\"a\":1,}", "{a:1}", "'a'", "01", "1 2", "[1]x", "NaN",
                           "\"a", "\"\x01\"", "\"\xff\"", "\"\\ud800\"", "// x\n1", "1e999"}) {
    EXPECT_THAT(fault_of(text), HasSubstr("not JSON")) << text;
  }
}

TEST(JsonDoor, AByteOrderMarkIsRefusedAsByTheClients) {
  EXPECT_THAT(fault_of("\xEF\xBB\xBF{}"), HasSubstr("byte order mark"));
}

TEST(JsonDoor, ANulBehindTheValueIsNoEnd) {
  using namespace std::string_view_literals;
  EXPECT_THAT(fault_of("{}\0"sv), HasSubstr("a NUL at byte 3"));
  EXPECT_THAT(fault_of("[1] \0\0 and more"sv), HasSubstr("a NUL at byte 5"));
  EXPECT_NE(fault_of("[1\0]"sv), "");
  EXPECT_NE(fault_of("\"\0\""sv), "");
  EXPECT_EQ(*parsed("\"\\u0000\"").string(), "\0"sv);
}

TEST(JsonDoor, AHostileTokenIsShownEscaped) {
  EXPECT_THAT(fault_of("\"\xE2\x80\xAE\x1b\""), testing::Not(HasSubstr("\x1b")));
}

TEST(JsonDoor, SixtyFourNestedContainersAreTheMost) {
  EXPECT_TRUE(parse_json(brackets(kMaxJsonDepth)));
  EXPECT_EQ(fault_of(brackets(kMaxJsonDepth + 1)), "nested deeper than 64");
  std::string objects;
  for (std::size_t i = 0; i < kMaxJsonDepth + 1; ++i) objects += "{\"a\":";
  EXPECT_EQ(fault_of(objects), "nested deeper than 64");
}

TEST(JsonDoor, TheDepthCanBeBoundFurther) {
  EXPECT_TRUE(parse_json("[[]]", 2));
  EXPECT_FALSE(parse_json("[[[]]]", 2));
  EXPECT_TRUE(parse_json("1", 0));
}

TEST(JsonDoor, MillionsOfOpenBracketsDoNotReachTheStack) {
  EXPECT_EQ(fault_of(std::string(10'000'000, '[')), "nested deeper than 64");
}

TEST(JsonDoor, AKeyThatStandsTwiceIsRefused) {
  EXPECT_EQ(fault_of(R"({"a":1,"b":2,"a":3})"), "key \"a\" stands twice");
  EXPECT_EQ(fault_of(R"([{"x":{"\u0061":1,"a":2}}])"), "key \"a\" stands twice");
  EXPECT_EQ(fault_of("{\"\\u001b\":1,\"\\u001b\":1}"), "key \"\\x1b\" stands twice");
  EXPECT_TRUE(parse_json(R"([{"a":1},{"a":1},{"A":1,"a":1}])"));
}

TEST(JsonDoor, AKeyRepeatedAmongManyIsFound) {
  std::string text = "{";
  for (int i = 0; i < 200'000; ++i) text += "\"k" + std::to_string(i) + "\":0,";
  EXPECT_EQ(parsed(text + "\"last\":0}").object()->size(), 200'001u);
  EXPECT_EQ(fault_of(text + "\"k77777\":0}"), "key \"k77777\" stands twice");
}

TEST(JsonDoor, TheNumberOfValuesIsBoundAndContainersCount) {
  EXPECT_TRUE(parse_json("[0,0,[]]", kMaxJsonDepth, 4));
  const auto beyond = parse_json("[0,0,[],{}]", kMaxJsonDepth, 4);
  ASSERT_FALSE(beyond);
  EXPECT_EQ(beyond.error().what, "holds more than 4 values");
}

TEST(JsonDoor, WhatIsBeyondItsBoundsIsToldFromWhatIsNoJson) {
  EXPECT_FALSE(is_beyond_json_bounds(brackets(kMaxJsonDepth)));
  EXPECT_TRUE(is_beyond_json_bounds(brackets(kMaxJsonDepth + 1)));
  EXPECT_FALSE(is_beyond_json_bounds("\"" + std::string(kMaxJsonDepth + 1, '[') + "\\\"[\""));
  EXPECT_FALSE(is_beyond_json_bounds("{\"a\": "));
  // As the parser counts: the text's own value, and what stands in the others.
  for (const char* text : {"[0,0,[]]", "[ 0, [ ], 0 ]", R"({"a,[": "b,c", "d": {"e": 1}})"}) {
    EXPECT_TRUE(parse_json(text, kMaxJsonDepth, 4)) << text;
    EXPECT_FALSE(is_beyond_json_bounds(text, kMaxJsonDepth, 4)) << text;
    EXPECT_FALSE(parse_json(text, kMaxJsonDepth, 3)) << text;
    EXPECT_TRUE(is_beyond_json_bounds(text, kMaxJsonDepth, 3)) << text;
  }
}

TEST(WriteJson, IndentedIsReadableAndEndsWithoutNewline) {
  EXPECT_EQ(
      write_json(parsed(R"({"a":[1,{"b":null}],"c":[],"d":{}})"), JsonLayout::indented),
      "{\n  \"a\": [\n    1,\n    {\n      \"b\": null\n    }\n  ],\n  \"c\": [],\n  \"d\": {}\n}");
}

TEST(WriteJson, WhatATerminalObeysOrAnEyeMissesIsEscaped) {
  const auto written = [](std::string text) {
    return write_json(JsonValue(JsonValue::Variant(std::move(text))), JsonLayout::compact);
  };
  EXPECT_EQ(written("a\"b\\c\n\t\r\x1b\x7f"), R"("a\"b\\c\n\t\u000d\u001b\u007f")");
  EXPECT_EQ(written("\u202E\u200B\u0085"), R"("\u202e\u200b\u0085")");
  EXPECT_EQ(written("\U000E0041"), R"("\udb40\udc41")");
  EXPECT_EQ(written("größe 🤗"), "\"größe 🤗\"");
  EXPECT_EQ(written("a\xff"), "\"a\uFFFD\"");
}

TEST(WriteJson, WhatIsWrittenReadsBackTheSame) {
  const std::string text =
      R"({"a":-9223372036854775808,"b":18446744073709551615,"c":0.1,"d":"\u202e\udb40\udc41\\\"","e":[true,false,null]})";
  EXPECT_EQ(write_json(parsed(write_json(parsed(text), JsonLayout::indented)), JsonLayout::compact),
            text);
}

TEST(WriteJson, NumbersThatJsonLacksAreNull) {
  EXPECT_EQ(write_json(JsonValue(JsonValue::Variant(std::numeric_limits<double>::infinity())),
                       JsonLayout::compact),
            "null");
}

}  // namespace
}  // namespace hubward
