#include "verifier/text/xml.h"

#include <gtest/gtest.h>

namespace hubward {
namespace {

TEST(Xml, EndsNoElementAndNoAttribute) {
  EXPECT_EQ(xml_text("]]><b a='1' c=\"2\">&amp;"),
            "]]&gt;&lt;b a=&apos;1&apos; c=&quot;2&quot;&gt;&amp;amp;");
  EXPECT_EQ(xml_attribute("\"/><x y='"), "&quot;/&gt;&lt;x y=&apos;");
}

TEST(Xml, KeepsNewLinesOfATextAndOfAnAttribute) {
  EXPECT_EQ(xml_text("a\nb\tc\rd"), "a\nb\tc&#13;d");
  EXPECT_EQ(xml_attribute("a\nb\tc\rd"), "a&#10;b&#9;c&#13;d");
}

TEST(Xml, SpellsWhatNoEscapeCanSay) {
  EXPECT_EQ(xml_text(std::string_view("a\0b\x1b\x08", 5)), "a\\x00b\\x1b\\x08");
  EXPECT_EQ(xml_text("\uFFFD|\uFFFE|\uFFFF"), "\uFFFD|\\u{fffe}|\\u{ffff}");
}

TEST(Xml, SpellsBytesThatAreNoText) {
  EXPECT_EQ(xml_attribute("\xff|\xc3|\xed\xa0\x80|\xc0\xaf"),
            "\\xff|\\xc3|\\xed\\xa0\\x80|\\xc0\\xaf");
}

TEST(Xml, LeavesEveryOtherCharacter) {
  EXPECT_EQ(xml_text("größe 模型 \U0001F600 \uE000 \u0085"), "größe 模型 \U0001F600 \uE000 \u0085");
}

}  // namespace
}  // namespace hubward
