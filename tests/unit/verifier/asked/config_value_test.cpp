#include "verifier/asked/config_value.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hubward {
namespace {

using testing::HasSubstr;
using testing::Optional;

TEST(ConfigValue, NetworksAreCidrWithoutHostBits) {
  for (const char* network : {"10.0.0.0/8", "192.168.1.128/25", "1.2.3.4/32", "0.0.0.0/0", "::/0",
                              "fd00::/8", "2001:db8::1/128", "2001:db8:0:1::/64"})
    EXPECT_EQ(fault_of_network(network), std::nullopt) << network;
  for (const char* network :
       {"", "/8", "10.0.0.0", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/8x", "10.0.0/8",
        "010.0.0.0/8", "fd00::/129", "::/1000", "example.org/8", " 10.0.0.0/8"})
    EXPECT_THAT(fault_of_network(network), Optional(HasSubstr("must be a network"))) << network;
  for (const char* network :
       {"10.0.0.1/8", "192.168.1.64/25", "1.0.0.0/0", "fd00::1/8", "2001:db8::1/127"})
    EXPECT_THAT(fault_of_network(network), Optional(HasSubstr("an address within"))) << network;
}

TEST(ConfigValue, EndpointsAreHttpAndHoldNoSecret) {
  for (const char* url :
       {"https://hub.example.org", "http://localhost:8080", "https://a/b/c@d", "http://[::1]"})
    EXPECT_EQ(fault_of_endpoint(url), std::nullopt) << url;
  for (const char* url : {"", "hub.example.org", "HTTPS://a", "ftp://a", "https://", "https:///a",
                          "https://:80", "https://u@a", "https://u:p@a/b", "https://a?b",
                          "https://a#b", "https://a b", "https://a\nb"})
    EXPECT_NE(fault_of_endpoint(url), std::nullopt) << url;
}

TEST(ConfigValue, ARefusedEndpointDoesNotRepeatItsPassword) {
  EXPECT_THAT(fault_of_endpoint("https://u:hunter2@a"),
              Optional(testing::Not(HasSubstr("hunter2"))));
}

TEST(ConfigValue, RootsAreAbsolute) {
  EXPECT_EQ(fault_of_root("/mnt"), std::nullopt);
  EXPECT_NE(fault_of_root("mnt"), std::nullopt);
  EXPECT_NE(fault_of_root(""), std::nullopt);
  EXPECT_NE(fault_of_root(std::string_view("/a\0", 3)), std::nullopt);
}

TEST(ConfigValue, AVariableOfAnyOtherNameIsFree) {
  EXPECT_EQ(fault_of_variable_name("MY_FLAG"), std::nullopt);
  EXPECT_EQ(fault_of_variable_name("hf_hub_offline"), std::nullopt);
  EXPECT_EQ(fault_of_variable_name("HF_HOME"), std::nullopt);
  EXPECT_THAT(fault_of_variable_name("HF_HUB_OFFLINE"), Optional(HasSubstr("set by the mode")));
  EXPECT_THAT(fault_of_variable_name("A=B"), Optional(HasSubstr("no name")));
}

}  // namespace
}  // namespace hubward
