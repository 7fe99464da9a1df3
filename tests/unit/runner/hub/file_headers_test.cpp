#include "runner/hub/file_headers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hubward::test {
namespace {

using testing::HasSubstr;

const std::string kCommitHex(40, 'c');
const std::string kGit(40, 'a');
const std::string kSha(64, 'b');

ExpectedFile expected(const std::string& oid) {
  return {*CommitId::parse(kCommitHex), *Digest::from_hex(oid), 7};
}

std::string objection(const std::vector<std::string>& headers, const std::string& oid = kGit,
                      int status = 200) {
  AnswerHead head{.status = status};
  for (const std::string& line : headers) head.headers.add_line(line);
  return contradiction(head, expected(oid)).value_or("");
}

TEST(FileHeaders, AnAnswerThatAgreesIsAnAnswer) {
  EXPECT_EQ(objection({"X-Repo-Commit: " + kCommitHex, "ETag: \"" + kGit + "\""}), "");
  EXPECT_EQ(objection({"X-Linked-Etag: \"" + kSha + "\"", "X-Linked-Size: 7"}, kSha, 302), "");
  EXPECT_EQ(objection({}), "");
}

TEST(FileHeaders, AnotherCommitIsSaidWithBoth) {
  const std::string other(40, 'd');
  EXPECT_EQ(objection({"X-Repo-Commit: " + other}),
            "the server answers for commit " + other + ", where " + kCommitHex + " was asked for");
}

TEST(FileHeaders, AnotherDigestIsSaidWithBoth) {
  const std::string git(40, 'e');
  const std::string sha(64, 'e');
  EXPECT_EQ(objection({"ETag: \"" + git + "\""}),
            "the server offers sha1:" + git + ", where sha1:" + kGit + " is listed");
  EXPECT_THAT(objection({"ETag: W/\"" + git + "\""}), HasSubstr("offers"));
  EXPECT_THAT(objection({"X-Linked-Etag: \"" + sha + "\""}, kSha, 302), HasSubstr("sha256:eee"));
}

TEST(FileHeaders, TheLinkedEtagCountsWhereBothAreThere) {
  const std::vector<std::string> both = {"ETag: \"" + std::string(64, 'e') + "\"",
                                         "X-Linked-Etag: \"" + kSha + "\""};
  EXPECT_EQ(objection(both, kSha), "");
}

TEST(FileHeaders, AnotherSizeIsSaidWithBoth) {
  EXPECT_EQ(objection({"X-Linked-Size: 8"}), "the server offers 8 bytes, where 7 are listed");
  for (const char* odd : {"", "7 ", "+7", "0x8", "99999999999999999999999", "eight"}) {
    EXPECT_EQ(objection({std::string("X-Linked-Size: ") + odd}), "") << odd;
  }
}

TEST(FileHeaders, WhatCannotBeComparedIsNoContradiction) {
  for (const std::string& etag :
       {std::string("\"5f3a-61c\""), std::string("W/\"5f3a\""), "\"" + kSha + "\"",
        "\"" + std::string(40, 'E') + "\"", "\"" + std::string(40, 'e') + "-gzip\"",
        "\"" + std::string(32, 'e') + "\"", std::string("\"\""), std::string()}) {
    EXPECT_EQ(objection({"ETag: " + etag}), "") << etag;
  }
  // Where X-Linked-Etag is lacking, the ETag of an LFS file is its pointer's.
  EXPECT_EQ(objection({"ETag: \"" + kGit + "\""}, kSha), "");
  EXPECT_EQ(objection({"X-Repo-Commit: main"}), "");
  // Of the page that a redirect has for a body.
  EXPECT_EQ(objection({"ETag: \"" + std::string(40, 'e') + "\""}, kGit, 307), "");
}

TEST(FileHeaders, TheDigestOfAnEtagIsTheNameThatTheClientsWouldGive) {
  const auto digest = [](int status, const std::string& line) {
    AnswerHead head{.status = status};
    head.headers.add_line(line);
    const auto found = digest_in_etag(head);
    return found ? found->hex() : "";
  };
  EXPECT_EQ(digest(200, "ETag: \"" + kGit + "\""), kGit);
  EXPECT_EQ(digest(200, "ETag: W/\"" + kGit + "\""), kGit);
  EXPECT_EQ(digest(302, "X-Linked-Etag: \"" + kSha + "\""), kSha);
  EXPECT_EQ(digest(302, "ETag: \"" + kGit + "\""), "");  // of the redirect's own page
  for (const char* etag :
       {"ETag: \"5f3a-61c\"", "ETag:", "Etag: \"d41d8cd98f00b204e9800998ecf8427e\""}) {
    EXPECT_EQ(digest(200, etag), "") << etag;
  }
}

TEST(FileHeaders, AnEtagIsPlainWithoutWeaknessAndQuotes) {
  EXPECT_EQ(plain_etag("W/\"abc\""), "abc");
  EXPECT_EQ(plain_etag("\"abc\""), "abc");
  EXPECT_EQ(plain_etag("abc"), "abc");
  EXPECT_EQ(plain_etag("W/W/abc"), "abc");
  EXPECT_EQ(plain_etag("\""), "");
  EXPECT_EQ(plain_etag(""), "");
}

TEST(FileHeaders, AnEtagIsStrongWithQuotesAloneAndUpToABound) {
  const auto strong = [](const std::string& text) {
    Headers headers;
    headers.add_line("etag: " + text);
    return strong_etag(headers);
  };
  EXPECT_EQ(strong("\"abc\""), "\"abc\"");
  EXPECT_EQ(strong("\"\""), "\"\"");
  EXPECT_EQ(strong("\"" + std::string(254, 'x') + "\"").size(), 256u);
  for (const std::string text : {"W/\"abc\"", "abc", "\"a\"b\"", "\"a b\"", "\"", ""}) {
    EXPECT_EQ(strong(text), "") << text;
  }
  EXPECT_EQ(strong("\"" + std::string(255, 'x') + "\""), "");
  EXPECT_EQ(strong_etag(Headers()), "");
}

}  // namespace
}  // namespace hubward::test
