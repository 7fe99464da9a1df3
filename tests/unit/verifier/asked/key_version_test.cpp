#include "verifier/asked/key_version.h"

#include "tests/support/matchers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hubward {
namespace {

using testing::HasSubstr;

std::string raised(const std::string& text) {
  const auto result = raise_key_version(text, "hubward.toml");
  EXPECT_TRUE(result) << text << "\n" << result.error().what;
  return result ? result->text : "";
}

TEST(KeyVersion, OnlyTheNumberChanges) {
  EXPECT_EQ(raised("# a\n[key]\nprefix = \"p\" # b\n  version  =  9   # c\n\n[run]  # d\n"),
            "# a\n[key]\nprefix = \"p\" # b\n  version  =  10   # c\n\n[run]  # d\n");
  EXPECT_EQ(raised("[key]\r\nversion = 1\r\n"), "[key]\r\nversion = 2\r\n");
  EXPECT_EQ(raised("[key]\nversion = 41"), "[key]\nversion = 42");
}

TEST(KeyVersion, TheNumbersAreTold) {
  const auto result = raise_key_version("[key]\nversion = 3\n", "hubward.toml");
  ASSERT_TRUE(result);
  EXPECT_EQ(result->from, 3);
  EXPECT_EQ(result->to, 4);
}

TEST(KeyVersion, EverySpellingOfTheKeyIsFound) {
  EXPECT_EQ(raised("key = { prefix = \"p\", version = 1 }\n"),
            "key = { prefix = \"p\", version = 2 }\n");
  EXPECT_EQ(raised("key.version = 1\n[run]\n"), "key.version = 2\n[run]\n");
  EXPECT_EQ(raised("[ \"key\" ]\n\"version\" = 0x1f\n"), "[ \"key\" ]\n\"version\" = 32\n");
  EXPECT_EQ(raised("\xEF\xBB\xBF[key]\nversion = +1_0\n"), "\xEF\xBB\xBF[key]\nversion = 11\n");
  EXPECT_EQ(raised("\xEF\xBB\xBFkey.version = 7"), "\xEF\xBB\xBFkey.version = 8");
  EXPECT_EQ(raised("key = { prefix = \"größe\", version = 1 }"),
            "key = { prefix = \"größe\", version = 2 }");
}

TEST(KeyVersion, WhatOnlyLooksLikeTheKeyIsLeftAlone) {
  const std::string text = "# [key]\n# version = 1\n[run.env]\nversion = \"1\"\nkey = \"[key]\"\n";
  EXPECT_EQ(raised(text), text + "\n[key]\nversion = 2\n");
  EXPECT_EQ(raised("[run.env]\nA = \"\"\"\n[key]\nversion = 1\n\"\"\"\n[key]\nversion = 1\n"),
            "[run.env]\nA = \"\"\"\n[key]\nversion = 1\n\"\"\"\n[key]\nversion = 2\n");
}

TEST(KeyVersion, ASectionWithoutTheKeyGetsItBelowItsHeader) {
  EXPECT_EQ(raised("[key] # c\nprefix = \"p\"\n"), "[key] # c\nversion = 2\nprefix = \"p\"\n");
  EXPECT_EQ(raised("[key]"), "[key]\nversion = 2\n");
  EXPECT_EQ(raised("[key]\r\n[run]\r\n"), "[key]\r\nversion = 2\r\n[run]\r\n");
  EXPECT_EQ(raised("key = {}\n"), "key = { version = 2 }\n");
  EXPECT_EQ(raised("key = { prefix = \"p\" }\n"), "key = { version = 2, prefix = \"p\" }\n");
  EXPECT_EQ(raised("key.prefix = \"p\"\n"), "key.version = 2\nkey.prefix = \"p\"\n");
}

TEST(KeyVersion, AFileWithoutTheSectionGetsItAtItsEnd) {
  EXPECT_EQ(raised(""), "[key]\nversion = 2\n");
  EXPECT_EQ(raised("# c"), "# c\n\n[key]\nversion = 2\n");
  EXPECT_EQ(raised("[run]\r\ntimeout = \"1m\"\r\n"),
            "[run]\r\ntimeout = \"1m\"\r\n\r\n[key]\r\nversion = 2\r\n");
}

TEST(KeyVersion, TheHighestIsNotRaised) {
  EXPECT_EQ(raised("[key]\nversion = 2147483646\n"), "[key]\nversion = 2147483647\n");
  const auto result = raise_key_version("[key]\nversion = 2147483647\n", "hubward.toml");
  EXPECT_THAT(result, test::FailsWith(ErrorKind::bad_input));
  EXPECT_THAT(result.error().what, HasSubstr("the highest there is"));
}

TEST(KeyVersion, AFileThatIsNotUnderstoodIsNotTouched) {
  EXPECT_THAT(raise_key_version("[key]\nversion = \n", "f"), test::FailsWith(ErrorKind::bad_input));
  EXPECT_THAT(raise_key_version("[gaurd]\n", "f"), test::FailsWith(ErrorKind::bad_input));
}

}  // namespace
}  // namespace hubward
