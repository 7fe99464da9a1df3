#include "runner/hub/url.h"

#include <gtest/gtest.h>

namespace hubward::test {
namespace {

std::string parsed(std::string_view text) {
  const auto url = Url::parse(text);
  return url ? url->text() : "";
}

std::string resolved(std::string_view reference) {
  const auto url = Url::parse("https://hub.example:8443/a/b?c=d")->resolved(reference);
  return url ? url->text() : "";
}

TEST(Url, IsHttpOrHttpsWithAHost) {
  EXPECT_EQ(parsed("https://huggingface.co"), "https://huggingface.co/");
  EXPECT_EQ(parsed("HTTP://Hub.Example:80/A?b=C#d"), "http://hub.example:80/A?b=C");
  EXPECT_EQ(parsed("http://[::1]:8080/x"), "http://[::1]:8080/x");
  for (const char* text :
       {"ftp://a/b", "file:///etc/passwd", "https://", "https:///x", "hub.example",
        "https://user:secret@host/", "https://host:port/", "https://ho st/"}) {
    EXPECT_EQ(parsed(text), "") << text;
  }
}

TEST(Url, AControlByteCannotEndARequestLine) {
  EXPECT_EQ(parsed("https://a/b\r\nX-Forged: yes"), "");
  EXPECT_EQ(parsed(std::string("https://a/b\0c", 13)), "");
  EXPECT_EQ(parsed("https://a/b c\xc3\xa9"), "https://a/b%20c%C3%A9");
}

TEST(Url, IsOfBoundedLength) {
  const std::string head = "https://a/";
  EXPECT_NE(parsed(head + std::string(kMaxUrlBytes - head.size(), 'x')), "");
  EXPECT_EQ(parsed(head + std::string(kMaxUrlBytes - head.size() + 1, 'x')), "");
}

TEST(Url, AReferenceIsReadFromWhereItWasSeen) {
  EXPECT_EQ(resolved("/x?y"), "https://hub.example:8443/x?y");
  EXPECT_EQ(resolved("x"), "https://hub.example:8443/a/x");
  EXPECT_EQ(resolved("?e=f"), "https://hub.example:8443/a/b?e=f");
  EXPECT_EQ(resolved("//other/x"), "https://other/x");
  EXPECT_EQ(resolved("http://other/x"), "http://other/x");
  EXPECT_EQ(resolved("/x?to=http://other/"), "https://hub.example:8443/x?to=http://other/");
  EXPECT_EQ(resolved("javascript:x"), "https://hub.example:8443/a/javascript:x");
  EXPECT_EQ(resolved("ftp://other/x"), "");
}

TEST(Url, WhatIsShownHasNoQuery) {
  EXPECT_EQ(Url::parse("https://cdn/x?Signature=abc")->shown(), "https://cdn/x");
}

TEST(Url, PrivateHostsAreToldInEverySpelling) {
  for (const char* host :
       {"localhost", "127.0.0.1", "127.9.9.9", "::1", "10.0.0.1", "172.16.0.1", "172.31.255.255",
        "192.168.1.1", "169.254.169.254", "0.0.0.0", "fe80::1", "fd00::1", "::ffff:127.0.0.1",
        "::ffff:10.0.0.1", "a.localhost", "100.64.0.1"}) {
    EXPECT_TRUE(is_private_host(host)) << host;
  }
  for (const char* host : {"huggingface.co", "8.8.8.8", "172.32.0.1", "192.169.0.1", "2001:db8::1",
                           "localhost.example", "10.example"}) {
    EXPECT_FALSE(is_private_host(host)) << host;
  }
}

TEST(Url, EncodingLeavesOnlyWhatNeedsNone) {
  EXPECT_EQ(percent_encode("a/b c#?%é", Slash::keep), "a/b%20c%23%3F%25%C3%A9");
  EXPECT_EQ(percent_encode("refs/pr/1", Slash::encode), "refs%2Fpr%2F1");
}

}  // namespace
}  // namespace hubward::test
