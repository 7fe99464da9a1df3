#include "runner/hub/address.h"

#include <gtest/gtest.h>

#include <sys/un.h>

namespace hubward::test {
namespace {

bool is_private(std::string_view text) {
  const auto known = is_private_literal(text);
  EXPECT_TRUE(known) << text;
  return known.value_or(false);
}

TEST(Address, EachPrivateBlockOfIpv4IsToldAtBothItsEnds) {
  for (const char* text :
       {"0.0.0.0",         "0.255.255.255",   "10.0.0.0",        "10.255.255.255",
        "100.64.0.0",      "100.127.255.255", "127.0.0.0",       "127.255.255.255",
        "169.254.0.0",     "169.254.169.254", "169.254.255.255", "172.16.0.0",
        "172.31.255.255",  "192.0.0.0",       "192.0.0.255",     "192.168.0.0",
        "192.168.255.255", "224.0.0.0",       "239.255.255.255", "240.0.0.0",
        "255.255.255.255"}) {
    EXPECT_TRUE(is_private(text)) << text;
  }
}

TEST(Address, ItsNeighboursAreNot) {
  for (const char* text :
       {"1.0.0.0", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255",
        "128.0.0.0", "169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0",
        "191.255.255.255", "192.0.1.0", "192.167.255.255", "192.169.0.0", "223.255.255.255",
        "198.18.0.1", "203.0.113.7", "8.8.8.8"}) {
    EXPECT_FALSE(is_private(text)) << text;
  }
}

TEST(Address, EachPrivateBlockOfIpv6IsTold) {
  for (const char* text : {"::", "::1", "fe80::1", "fe80::1%eth0", "febf::1", "fec0::1",
                           "fc00::", "fd12:3456::1", "ff02::1", "64:ff9b:1::1"}) {
    EXPECT_TRUE(is_private(text)) << text;
  }
  for (const char* text :
       {"2001:db8::1", "2606:4700::1111", "fb00::1", "fe00::1", "fe7f::1", "64:ff9c::1", "1::1"}) {
    EXPECT_FALSE(is_private(text)) << text;
  }
}

TEST(Address, AnIpv4AddressWithinAnIpv6OneIsWhatItIs) {
  for (const char* text : {"::ffff:127.0.0.1", "::ffff:10.1.2.3", "::ffff:a01:203", "::10.1.2.3",
                           "64:ff9b::10.1.2.3", "64:ff9b::192.168.1.1", "2002:a01:203::1"}) {
    EXPECT_TRUE(is_private(text)) << text;
  }
  for (const char* text : {"::ffff:8.8.8.8", "64:ff9b::8.8.8.8", "2002:808:808::1"}) {
    EXPECT_FALSE(is_private(text)) << text;
  }
}

TEST(Address, WhatIsNoAddressIsNeither) {
  for (const char* text : {"", "localhost", "127.1", "2130706433", "0x7f.1", "10.0.0", "::g"}) {
    EXPECT_FALSE(is_private_literal(text)) << text;
  }
  struct sockaddr_un local = {};
  local.sun_family = AF_UNIX;
  EXPECT_FALSE(is_private_address(reinterpret_cast<const struct sockaddr&>(local)));
  EXPECT_EQ(address_text(reinterpret_cast<const struct sockaddr&>(local)), "");
}

}  // namespace
}  // namespace hubward::test
