#include "runner/hub/proxies.h"

#include <gtest/gtest.h>

namespace hubward::test {
namespace {

std::string proxy(const std::vector<std::string>& environment, std::string_view url) {
  return std::string(Proxies(environment).for_url(*Url::parse(url)));
}

TEST(Proxies, EachSchemeHasItsOwn) {
  const std::vector<std::string> both = {"http_proxy=http://a:1", "https_proxy=http://b:2"};
  EXPECT_EQ(proxy(both, "http://hub.example/"), "http://a:1");
  EXPECT_EQ(proxy(both, "https://hub.example/"), "http://b:2");
  EXPECT_EQ(proxy({"HTTPS_PROXY=b"}, "https://hub.example/"), "b");
  EXPECT_EQ(proxy({"ALL_PROXY=c"}, "https://hub.example/"), "c");
  EXPECT_EQ(proxy({"all_proxy=c", "https_proxy="}, "https://hub.example/"), "c");
  EXPECT_EQ(proxy({"HTTPS_PROXY=b", "https_proxy=small"}, "https://hub.example/"), "small");
  EXPECT_EQ(proxy({}, "https://hub.example/"), "");
}

// CVE-2016-5385: a CGI server makes HTTP_PROXY of a request's `Proxy:` header.
TEST(Proxies, TheCapitalsOfHttpProxyAreNotRead) {
  EXPECT_EQ(proxy({"HTTP_PROXY=http://a:1"}, "http://hub.example/"), "");
}

TEST(Proxies, NamesThatAreExceptedGoDirect) {
  const auto is_direct = [](const std::string& exceptions, std::string_view host) {
    const std::string url = "http://" + std::string(host) + ":80/";
    return proxy({"http_proxy=p", "no_proxy=" + exceptions}, url).empty();
  };
  EXPECT_TRUE(is_direct("*", "hub.example"));
  EXPECT_TRUE(is_direct("hub.example", "hub.example"));
  EXPECT_TRUE(is_direct("a, .example ,b", "hub.example"));
  EXPECT_TRUE(is_direct("EXAMPLE.", "hub.example."));
  EXPECT_TRUE(is_direct("localhost,127.0.0.1", "127.0.0.1"));
  EXPECT_TRUE(is_direct("127.0.0.0/8", "127.9.9.9"));
  EXPECT_TRUE(is_direct("10.0.0.0/9", "10.127.0.1"));
  EXPECT_TRUE(is_direct("::1", "[::1]"));
  EXPECT_TRUE(is_direct("fd00::/8", "[fd12::1]"));
  for (const auto& [exceptions, host] :
       std::vector<std::pair<std::string, std::string>>{{"", "hub.example"},
                                                        {"ample", "hub.example"},
                                                        {"hub.example.org", "hub.example"},
                                                        {"a.hub.example", "hub.example"},
                                                        {"10.0.0.0/9", "10.128.0.1"},
                                                        {"10.0.0.0/33", "10.0.0.0"},
                                                        {"10.0.0.0/x", "10.0.0.0"},
                                                        {"10.0.0.0/8", "[::ffff:10.0.0.1]"},
                                                        {".0.1", "127.0.0.1"}}) {
    EXPECT_FALSE(is_direct(exceptions, host)) << exceptions << " " << host;
  }
}

TEST(Proxies, TheSmallLettersOfNoProxyWin) {
  EXPECT_EQ(proxy({"http_proxy=p", "NO_PROXY=*", "no_proxy=other"}, "http://hub.example/"), "p");
  EXPECT_EQ(proxy({"http_proxy=p", "NO_PROXY=*"}, "http://hub.example/"), "");
}

}  // namespace
}  // namespace hubward::test
