#include "runner/hub/answers.h"

#include "verifier/proof/hasher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hubward::test {
namespace {

using testing::HasSubstr;

const std::string kGit(40, 'a');
const std::string kSha(64, 'b');

std::string file(const std::string& path, const std::string& more = "") {
  return R"({"type":"file","oid":")" + kGit + R"(","size":3,"path":")" + path + "\"" + more + "}";
}

AnswerHead head(int status, std::initializer_list<const char*> lines = {}) {
  AnswerHead made{.status = status};
  for (const char* line : lines) made.headers.add_line(line);
  return made;
}

TEST(HubAnswers, ARevisionIsACommitOfFortyHexDigits) {
  EXPECT_EQ(parse_revision_answer(R"({"sha":")" + kGit + "\"}")->hex(), kGit);
  for (const char* text : {"", "{}", "[]", R"({"sha":7})", R"({"sha":"main"})", "<html>"}) {
    EXPECT_FALSE(parse_revision_answer(text)) << text;
  }
}

TEST(HubAnswers, AnLfsFileIsKnownByItsSha256) {
  const auto page =
      parse_tree_page("[" +
                      file("a", R"(,"lfs":{"oid":")" + kSha +
                                    R"(","size":3,"pointerSize":134},"xetHash":")" + kSha + "\"") +
                      R"(,{"type":"directory","oid":"x","path":"d"},)" + file("b/c") + "]");
  ASSERT_TRUE(page);
  ASSERT_EQ(page->size(), 2u);
  EXPECT_EQ((*page)[0].listed.oid.hex(), kSha);
  EXPECT_EQ((*page)[0].blob_id->hex(), kGit);
  EXPECT_EQ((*page)[0].listed.xet_hash, kSha);
  EXPECT_FALSE((*page)[1].listed.lfs);
}

TEST(HubAnswers, AnEntryThatDoesNotFitMakesTheListingNone) {
  for (const std::string& text : {file("a", R"(,"lfs":{"oid":")" + kSha + R"(","size":4})"),
                                  file("a", R"(,"lfs":{"size":3})"), file("a", R"(,"xetHash":"x")"),
                                  std::string(R"({"type":"file","path":"a","oid":"x"})"),
                                  std::string(R"({"type":"file"})"), std::string("7")}) {
    const auto page = parse_tree_page("[" + text + "]");
    ASSERT_FALSE(page) << text;
    EXPECT_FALSE(page.error().hostile) << text;
  }
}

TEST(HubAnswers, AFileWithoutADigestIsListedAndNotNamed) {
  const auto page = parse_tree_page(
      R"([{"type":"file","path":"a","size":3},{"type":"file","path":"b","size":3,"oid":null},)"
      R"({"type":"file","path":"c","size":3,"lfs":{"oid":")" +
      kSha + R"(","size":3}}])");
  ASSERT_TRUE(page);
  for (const HubFile& file : *page) EXPECT_FALSE(file.blob_id) << file.listed.path;
  EXPECT_FALSE((*page)[0].is_named);
  EXPECT_FALSE((*page)[1].is_named);
  EXPECT_TRUE((*page)[2].is_named);
  EXPECT_EQ((*page)[2].listed.oid.hex(), kSha);
}

TEST(HubAnswers, APathThatLeavesTheSnapshotIsHostile) {
  for (const char* path : {"../a", "/a", "a/../../b", "", "a//b", "C:\\\\a", "a\\u0000b", "./a"}) {
    const auto page = parse_tree_page("[" + file(path) + "]");
    ASSERT_FALSE(page) << path;
    EXPECT_TRUE(page.error().hostile) << path;
  }
}

TEST(HubAnswers, APathTwiceOrBeneathAFileIsHostile) {
  for (const auto& [first, second] : {std::pair("a", "a"), std::pair("a", "a/b")}) {
    auto files =
        *parse_tree_page("[" + file(first) + "," + file("a.txt") + "," + file(second) + "]");
    const auto sorted = sort_listing(files);
    ASSERT_FALSE(sorted);
    EXPECT_TRUE(sorted.error().hostile);
  }
  auto files = *parse_tree_page("[" + file("b") + "," + file("a/b") + "," + file("a.b") + "]");
  EXPECT_TRUE(sort_listing(files));
  EXPECT_EQ(files[0].listed.path, "a.b");
}

TEST(HubAnswers, TheNextPageIsFoundAmongOtherLinks) {
  EXPECT_EQ(next_page(head(200, {"Link: <a>; rel=\"xet-auth\", <b?c=d>; rel=\"next\""}).headers),
            "b?c=d");
  EXPECT_EQ(next_page(head(200, {"link: <a>; rel=next"}).headers), "a");
  for (const char* line : {"Link: <a>; rel=\"prev\"", "Link: a; rel=\"next\"", "Link: ", "X: y"}) {
    EXPECT_EQ(next_page(head(200, {line}).headers), std::nullopt) << line;
  }
}

TEST(HubAnswers, ARefusalIsToldByCodeStatusAndWords) {
  EXPECT_EQ(refusal_in(head(429), "").kind, RefusalKind::limited);
  EXPECT_EQ(refusal_in(head(502), "").kind, RefusalKind::failing);
  EXPECT_EQ(refusal_in(head(408), "").kind, RefusalKind::failing);
  EXPECT_EQ(refusal_in(head(401, {"X-Error-Code: RepoNotFound"}), "").kind, RefusalKind::denied);
  EXPECT_EQ(refusal_in(head(404, {"X-Error-Code: RepoNotFound"}), "").kind, RefusalKind::not_found);
  EXPECT_EQ(refusal_in(head(403, {"X-Error-Code: GatedRepo"}), "").kind, RefusalKind::denied);
  EXPECT_EQ(refusal_in(head(400), "").kind, RefusalKind::other);
  EXPECT_EQ(refusal_in(head(404), R"({"error":"from the body"})").words, "from the body");
}

TEST(HubAnswers, TheHubsWordsAreBoundedAndSafeForEyes) {
  for (const std::size_t size : {kMaxHubWords - 1, kMaxHubWords, kMaxHubWords + 1}) {
    const std::string words(size, 'x');
    const std::string kept = words.substr(0, kMaxHubWords) + (size > kMaxHubWords ? "…" : "");
    const std::string line = "X-Error-Message: " + words;
    EXPECT_EQ(refusal_in(head(403, {line.c_str()}), "").words, kept);
    EXPECT_EQ(refusal_in(head(403), "{\"error\":\"" + words + "\"}").words, kept);
  }
  EXPECT_EQ(refusal_in(head(403, {"X-Error-Message: \x1b[31mred"}), "").words, "\\x1b[31mred");
}

TEST(HubAnswers, WhatToDoDependsOnTheTokensPresence) {
  const HubRefusal refusal = refusal_in(head(401), "");
  EXPECT_THAT(explain(refusal, HasToken::no, "P"), HasSubstr("set HF_TOKEN"));
  EXPECT_THAT(explain(refusal, HasToken::yes, "P"), HasSubstr("the token was refused"));
  EXPECT_THAT(explain(refusal_in(head(403, {"X-Error-Code: GatedRepo"}), ""), HasToken::yes, "P"),
              HasSubstr("ask for access at P"));
}

TEST(HubAnswers, AContentRangeNeedsItsWholeSize) {
  const auto range = parse_content_range("bytes 5-9/10");
  ASSERT_TRUE(range);
  EXPECT_EQ(range->first, 5u);
  EXPECT_EQ(range->total, 10u);
  for (const char* text : {"bytes */10", "bytes 5-9/*", "bytes 5-9", "5-9/10", "bytes a-9/10",
                           "bytes 5-9/10x", "bytes 5-4/10", "bytes 5-10/10"}) {
    EXPECT_FALSE(parse_content_range(text)) << text;
  }
}

TEST(HubHeaders, ABoundKeepsAServerFromFillingTheMemory) {
  Headers headers;
  for (std::size_t at = 0; at <= kMaxHeaders; ++at)
    headers.add_line("H" + std::to_string(at) + ": x");
  EXPECT_NE(headers.find("h" + std::to_string(kMaxHeaders - 1)), nullptr);
  EXPECT_EQ(headers.find("h" + std::to_string(kMaxHeaders)), nullptr);
  Headers large;
  large.add_line("A: " + std::string(kMaxHeaderBytes, 'x'));
  EXPECT_EQ(large.find("a"), nullptr);
}

}  // namespace
}  // namespace hubward::test
