#include "verifier/text/toml_door.h"

#include "verifier/text/toml_shape.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hubward {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

TomlTable parsed(std::string_view text) {
  auto table = parse_toml(text, "t.toml");
  EXPECT_TRUE(table) << table.error().what;
  return table ? *table : TomlTable();
}

std::string fault_of(std::string_view text) {
  const auto table = parse_toml(text, "t.toml");
  return table ? "" : table.error().what;
}

std::string shape_fault(std::string_view text) {
  const auto fault = fault_of_toml_shape(text);
  return fault ? fault->what : "";
}

std::string repeated(std::string_view text, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += text;
  return out;
}

/// "a.a.a…" of that many parts.
std::string dotted(std::size_t parts) { return "a" + repeated(".a", parts - 1); }

TEST(TomlDoor, EveryKindOfValueIsReadWithItsPlace) {
  const TomlTable table = parsed(
      "a = true\nb = -5\nc = 1.5\nd = \"x\"\ne = [1, \"y\"]\nf = 1979-05-27\n[g]\n  \"größe\".h = "
      "07:32:00\n");
  ASSERT_EQ(table.size(), 7u);
  EXPECT_EQ(*table[0].value.as<bool>(), true);
  EXPECT_EQ(*table[1].value.as<std::int64_t>(), -5);
  EXPECT_EQ(*table[2].value.as<double>(), 1.5);
  EXPECT_EQ(*table[3].value.as<std::string>(), "x");
  const TomlArray& array = *table[4].value.as<TomlArray>();
  EXPECT_EQ(*array[1].as<std::string>(), "y");
  EXPECT_EQ(array[1].place, (Place{.line = 5, .column = 9}));
  EXPECT_EQ(kind_of(table[5].value), "a date or time");
  EXPECT_EQ(table[3].place, (Place{.line = 4, .column = 1}));
  EXPECT_EQ(table[3].value.place, (Place{.line = 4, .column = 5}));
  const TomlTable& g = *table[6].value.as<TomlTable>();
  EXPECT_EQ(g[0].key, "größe");
  EXPECT_EQ(g[0].place, (Place{.line = 8, .column = 3}));
}

TEST(TomlDoor, WhatIsNoTomlIsRefusedWithItsPlace) {
  EXPECT_THAT(fault_of("a = 1\nb = \n"), StartsWith("t.toml:2:"));
  for (const char* text :
       {"a", "= 1", "a = 'x", "a = \"\"\"x", "[a", "[[a]", "a = [1", "a = {b = 1", "a = 1 b = 2",
        "a = 01", "a = 99999999999999999999", "a = \"\\q\"", "a = \"\\ud800\"", "a = \"\xff\"",
        "a = 1\na = 2", "[a]\n[a]", "a.b = 1\na = 2"})
    EXPECT_THAT(fault_of(text), HasSubstr(": error: ")) << text;
}

TEST(TomlDoor, AHostileTextIsShownEscaped) {
  EXPECT_THAT(fault_of("a = \"x\"\n\"\\u001b[31m\u202e\" = 1\n\"\\u001b[31m\u202e\" = 2\n"),
              testing::AllOf(testing::Not(HasSubstr("\x1b")), testing::Not(HasSubstr("\u202e"))));
}

TEST(TomlShape, NestingIsBound) {
  EXPECT_TRUE(parse_toml("a = " + std::string(32, '[') + std::string(32, ']'), "t"));
  EXPECT_EQ(shape_fault("a = " + std::string(33, '[')), "nested deeper than 32");
  EXPECT_EQ(shape_fault("a = " + repeated("{a = ", 33)), "nested deeper than 32");
  EXPECT_EQ(shape_fault(repeated("a = [1, {b = 2}]\n", 100)), "");
}

TEST(TomlShape, PartsOfAKeyAreBound) {
  EXPECT_TRUE(parse_toml(dotted(32) + " = 1", "t"));
  EXPECT_EQ(shape_fault(dotted(33) + " = 1"), "a key of more than 32 parts");
  EXPECT_EQ(shape_fault("[" + dotted(33) + "]"), "a key of more than 32 parts");
  EXPECT_EQ(shape_fault("[[" + dotted(33) + "]]"), "a key of more than 32 parts");
  EXPECT_EQ(shape_fault("x = {" + dotted(33) + " = 1}"), "a key of more than 32 parts");
  EXPECT_EQ(shape_fault(repeated("'a' . \"b.\" .", 20)), "a key of more than 32 parts");
  EXPECT_EQ(shape_fault("a = [" + repeated("1.5, ", 100) + "]"), "");
}

TEST(TomlShape, DepthThatWouldExhaustTheStackIsRefusedWithItsPlace) {
  EXPECT_EQ(fault_of("b = 1\n" + dotted(400'000) + " = 1"),
            "t.toml:2:64: error: a key of more than 32 parts");
  EXPECT_EQ(fault_of("a = " + std::string(400'000, '[')),
            "t.toml:1:37: error: nested deeper than 32");
}

TEST(TomlShape, StringsAndCommentsAreNotCounted) {
  const std::string dots(100, '.');
  const std::string brackets(100, '[');
  for (const std::string& noise : {dots, brackets}) {
    EXPECT_EQ(fault_of("# " + noise + "\na = 1"), "");
    EXPECT_EQ(fault_of("a = \"" + noise + "\\\"" + noise + "\\\\\" # \"\nb = 1"), "");
    EXPECT_EQ(fault_of("a = '" + noise + "\\'\nb = 1"), "");
    EXPECT_EQ(fault_of("a = \"\"\"\n" + noise + "\n\"\" \\\"\"\"" + noise + "\"\"\"\"\"\nb = 1"),
              "");
    EXPECT_EQ(fault_of("a = '''\n" + noise + "\n'' \\'''''\nb = 1"), "");
    EXPECT_EQ(fault_of("\"" + noise + "\" = 1"), "");
    EXPECT_EQ(fault_of("a = \"\"\nb = \"\" # " + noise + "\nc = ''\n"), "");
  }
}

TEST(TomlShape, WhatFollowsAStringIsCounted) {
  const std::string deep = "b = " + std::string(33, '[');
  for (const char* before : {"a = \"x\"\n", "a = \"\\\\\"\n", "a = 'x\\'\n", "a = \"\"\"\"\"\"\n",
                             "a = \"\"\"x\"\"\"\"\"\n", "a = ''''''\n", "a = '''x'''''\n", "# '\n",
                             "# \"\"\"\n", "a = \"#\"\n", "a = \"\"\n", "a = ''\n"})
    EXPECT_EQ(shape_fault(before + deep), "nested deeper than 32") << before;
}

TEST(TomlShape, TheNumberOfValuesIsBound) {
  EXPECT_FALSE(fault_of_toml_shape("a = 1\nb = [2, 3]\n", 4));
  EXPECT_TRUE(fault_of_toml_shape("a = 1\nb = [2, 3]\n", 3));
}

}  // namespace
}  // namespace hubward
