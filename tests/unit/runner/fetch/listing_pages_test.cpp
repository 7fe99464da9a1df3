#include "runner/fetch/listing_pages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hubward::test {
namespace {

using testing::HasSubstr;

const char* const kFirst = "https://huggingface.co/api/models/a/b/tree/c?recursive=true";

std::string entry(const std::string& path) {
  return R"({"type":"file","oid":")" + std::string(40, 'a') + R"(","size":1,"path":")" + path +
         "\"}";
}

class ListingPagesTest : public testing::Test {
 protected:
  /// Why it was not taken; empty: it was.
  std::string take(const std::string& json, const std::string& link = "",
                   Peer peer = Peer::at_public_address) {
    AnswerHead head{.status = 200, .peer = peer};
    if (!link.empty()) head.headers.add_line("Link: <" + link + ">; rel=\"next\"");
    TextSink page(pages.room());
    page.begin(head);
    page.take(std::as_bytes(std::span(json)));
    return pages.take(page).value_or("");
  }
  ListingPages pages{*Url::parse(kFirst)};
};

TEST_F(ListingPagesTest, PagesAreOneListingInTheOrderOfPaths) {
  EXPECT_EQ(take("[" + entry("b") + "]", "/api/next"), "");
  ASSERT_NE(pages.next(), nullptr);
  EXPECT_EQ(pages.next()->text(), "https://huggingface.co/api/next");
  EXPECT_EQ(take("[" + entry("a") + "]"), "");
  EXPECT_EQ(pages.next(), nullptr);
  const std::vector<HubFile> files = std::move(pages).files();
  ASSERT_EQ(files.size(), 2u);
  EXPECT_EQ(files[0].listed.path, "a");
}

TEST_F(ListingPagesTest, AFileOnTwoPagesIsAFault) {
  take("[" + entry("a") + "]", "/api/next");
  EXPECT_THAT(take("[" + entry("a") + "]"), HasSubstr("twice"));
}

TEST_F(ListingPagesTest, APageThatNamesItselfIsAFault) {
  EXPECT_THAT(take("[]", kFirst), HasSubstr("does not end"));
}

TEST_F(ListingPagesTest, EmptyPagesThatNameEachOtherEndAtABound) {
  std::string why;
  std::size_t taken = 0;
  while (why.empty()) why = take("[]", ++taken % 2 == 0 ? "/even" : "/odd");
  EXPECT_THAT(why, HasSubstr("does not end"));
  EXPECT_EQ(taken, kMostListingPages);
}

TEST_F(ListingPagesTest, WhatHasComeLeavesLessRoom) {
  const std::size_t before = pages.room();
  take("[]   ", "/api/next");
  EXPECT_EQ(pages.room(), before - 5);
}

TEST_F(ListingPagesTest, TheNextPageOfAnotherHostMayLieAtPublicAddressesAlone) {
  EXPECT_EQ(take("[]", "https://other.example/"), "");
  EXPECT_EQ(pages.reach(), AddressReach::public_addresses);
}

TEST_F(ListingPagesTest, TheNextPageOfTheSameHostMayLieWhereItLies) {
  EXPECT_EQ(take("[]", "/api/next"), "");
  EXPECT_EQ(pages.reach(), AddressReach::anywhere);
}

TEST_F(ListingPagesTest, ANextPageThatLeadsInwardDownwardOrNowhereIsRefused) {
  EXPECT_THAT(take("[]", "https://10.1.2.3/"), HasSubstr("from a public host to a private one"));
  EXPECT_THAT(take("[]", "http://huggingface.co/x"), HasSubstr("from https to http"));
  EXPECT_THAT(take("[]", "ftp://huggingface.co/x"), HasSubstr("no URL"));
}

}  // namespace
}  // namespace hubward::test
