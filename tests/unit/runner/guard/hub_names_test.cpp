#include "runner/guard/hub_names.h"

#include <gtest/gtest.h>

namespace hubward::test {
namespace {

using Strings = std::vector<std::string>;

std::string meant(std::string_view host, std::string_view endpoint = "",
                  const Strings& search = {}) {
  return HubNames(endpoint, search).meant(host).value_or("none");
}

TEST(HubNames, TheHubItsShortNameAndAllBelowThemAreTheHubs) {
  for (const char* host : {"huggingface.co", "hf.co", "cdn-lfs.huggingface.co", "cdn-lfs.hf.co",
                           "us.aws.cdn.hf.co", "cas-server.xethub.hf.co"}) {
    EXPECT_EQ(meant(host), host);
  }
}

TEST(HubNames, ANameThatOnlyEndsOrBeginsLikeOneIsNot) {
  for (const char* host : {"nothf.co", "nothuggingface.co", "huggingface.co.example", "hf.co.uk",
                           "co", "", ".", "huggingface\\046co", "hf.com"}) {
    EXPECT_EQ(meant(host), "none") << host;
  }
}

TEST(HubNames, TheHostOfTheEndpointIsTheHubsWhateverItsLetters) {
  EXPECT_EQ(meant("hub.example.org", "Hub.Example.ORG."), "hub.example.org");
  EXPECT_EQ(meant("cas.hub.example.org", "hub.example.org"), "cas.hub.example.org");
  EXPECT_EQ(meant("example.org", "hub.example.org"), "none");
  EXPECT_EQ(meant("huggingface.co", "hub.example.org"), "huggingface.co");
}

TEST(HubNames, ASearchDomainBehindTheNameHidesNothing) {
  EXPECT_EQ(meant("huggingface.co.corp.example", "", {"lan", "corp.example"}), "huggingface.co");
  EXPECT_EQ(meant("www.hf.co.lan", "", {"lan", "corp.example"}), "www.hf.co");
  EXPECT_EQ(meant("nothf.co.lan", "", {"lan"}), "none");
  EXPECT_EQ(meant("lan", "", {"lan"}), "none");
  EXPECT_EQ(meant("huggingface.co.other", "", {"lan"}), "none");
}

TEST(SearchDomains, TheLastLineOfEitherWordCounts) {
  EXPECT_EQ(search_domains_in("nameserver 10.0.0.2\nsearch a.example B.example.\n", "m"),
            (Strings{"a.example", "b.example"}));
  EXPECT_EQ(search_domains_in("search a.example\r\ndomain\tc.example d", "m.lan"),
            (Strings{"c.example"}));
  EXPECT_EQ(search_domains_in("search .", "m.lan"), Strings());
}

TEST(SearchDomains, WithoutALineItIsTheDomainOfTheMachine) {
  EXPECT_EQ(search_domains_in("# search x\nnameserver ::1\n", "m.corp.example"),
            Strings{"corp.example"});
  EXPECT_EQ(search_domains_in("", "machine"), Strings());
}

}  // namespace
}  // namespace hubward::test
