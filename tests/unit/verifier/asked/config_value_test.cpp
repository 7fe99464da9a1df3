#include "verifier/asked/config_value.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

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
        "010.0.0.0/8", "10.00.0.0/8", "10.0.0.0/08", "10.0.0.0/024", "0.0.0.0/00", "fd00::/064",
        "::ffff:010.0.0.0/104", "fd00::/129", "::/1000", "example.org/8", " 10.0.0.0/8"})
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

TEST(ConfigValue, AKeysPrefixLeavesRoomForTheRestOfTheKey) {
  EXPECT_EQ(fault_of_key_prefix("huggingface-models"), std::nullopt);
  EXPECT_EQ(fault_of_key_prefix("modèles/größe-v2"), std::nullopt);
  EXPECT_EQ(fault_of_key_prefix(std::string(kMaxKeyPrefix, 'p')), std::nullopt);
  EXPECT_THAT(fault_of_key_prefix(std::string(kMaxKeyPrefix + 1, 'p')),
              Optional(HasSubstr("the most is 427")));
  for (const char* prefix : {"a,b", "a b", "a\nb", "a\tb", "a\x7F"})
    EXPECT_THAT(fault_of_key_prefix(prefix), Optional(HasSubstr("comma or white space"))) << prefix;
  EXPECT_THAT(fault_of_key_prefix("a\xE2\x80\x8B"), Optional(HasSubstr("nobody can see")));
}

TEST(ConfigValue, AKeysPrefixHoldsNoBeginningOfAKey) {
  for (const char* prefix : {"m-v1-Linux", "m-v1-Linux-x", "m-v12-macOS-", "m-v1-v2-Windows",
                             "m-V1-linux", "-v0-LINUX-a"})
    EXPECT_THAT(fault_of_key_prefix(prefix), Optional(HasSubstr("another key"))) << prefix;
  for (const char* prefix : {"v1-Linux", "m-v1-Linuxen", "m-v-Linux", "m-v1Linux", "m-v1--Linux",
                             "m-w1-Linux", "m-v1-Lin", "m-v1", "m-v1-", "m-v"})
    EXPECT_EQ(fault_of_key_prefix(prefix), std::nullopt) << prefix;
}

}  // namespace
}  // namespace hubward
