// Taking up what broke off: whose bytes the rest belongs to.
#include "tests/unit/runner/hub/exchange_fixture.h"

#include <gmock/gmock.h>

namespace hubward::test {
namespace {

using testing::HasSubstr;

const char* const kStore = "https://cdn.example/f";

class RangesTest : public ExchangeTest {
 protected:
  /// "abc", and then the line breaks.
  void broken(const std::string& url, std::vector<std::string> headers) {
    hub.answer(url, {.headers = std::move(headers), .body = "abc", .end = TransferEnd::broken});
  }
  void rest(const std::string& url, std::vector<std::string> headers = {}) {
    headers.emplace_back("Content-Range: bytes 3-5/6");
    hub.answer(url, {.status = 206, .headers = std::move(headers), .body = "def"});
  }
  bool asked_if(const std::string& etag, std::size_t request = 1) const {
    return hub.seen()[request].has("If-Range: " + etag);
  }
  bool asked_without_condition(std::size_t request = 1) const {
    for (const std::string& header : hub.seen()[request].headers) {
      if (header.starts_with("If-Range:")) return false;
    }
    return hub.seen()[request].has("Range: bytes=3-");
  }
};

TEST_F(RangesTest, TheRestIsAskedForUnderTheEtagOfTheBeginning) {
  broken(kFile, {"ETag: \"one\""});
  rest(kFile, {"ETag: \"one\""});
  ask(kFile);
  run();
  EXPECT_TRUE(asked_if("\"one\""));
  EXPECT_EQ(sinks[0].bytes, "abcdef");
}

TEST_F(RangesTest, AFileThatChangedMeanwhileComesWhole) {
  broken(kFile, {"ETag: \"one\""});
  hub.answer(kFile, {.headers = {"ETag: \"two\""}, .body = "uvwxyz"});
  ask(kFile);
  run();
  EXPECT_EQ(sinks[0].bytes, "uvwxyz");
  EXPECT_FALSE(sinks[0].started_over);  // the server's word, no fault of anyone
}

TEST_F(RangesTest, AfterAChangeTheNewEtagIsTheOneThatCounts) {
  broken(kFile, {"ETag: \"one\""});
  broken(kFile, {"ETag: \"two\""});
  rest(kFile, {"ETag: \"two\""});
  ask(kFile);
  run();
  EXPECT_TRUE(asked_if("\"two\"", 2));
  EXPECT_EQ(sinks[0].bytes, "abcdef");
}

TEST_F(RangesTest, TheEndOfAnotherFileIsNotJoinedToTheBeginningOfThisOne) {
  broken(kFile, {"ETag: \"one\""});
  rest(kFile, {"ETag: \"two\""});  // a server that does not know If-Range
  hub.answer(kFile, {.headers = {"ETag: \"two\""}, .body = "uvwxyz"});
  ask(kFile);
  run();
  EXPECT_EQ(sinks[0].bytes, "uvwxyz");
  EXPECT_TRUE(sinks[0].started_over);
}

TEST_F(RangesTest, WeakOddAndAbsentEtagsAreNotSentBack) {
  for (const char* etag :
       {"ETag: W/\"one\"", "ETag: one", "ETag: \"o\"ne\"", "ETag: \"", "Etag:"}) {
    SCOPED_TRACE(etag);
    const std::size_t before = hub.seen().size();
    asks.clear();
    broken(kFile, {etag});
    rest(kFile);
    ask(kFile);
    run();
    EXPECT_TRUE(asked_without_condition(before + 1));
    EXPECT_EQ(sinks.back().bytes, "abcdef");
    hub.forget();
  }
}

TEST_F(RangesTest, AnEtagIsNotTakenToAnotherHostThanItsOwn) {
  hub.answer(kFile, {.status = 302, .headers = {std::string("Location: ") + kStore}});
  broken(kStore, {"ETag: \"md5\""});
  rest(kStore, {"ETag: \"md5\""});
  ask(kFile);
  run();
  ASSERT_EQ(hub.seen().size(), 4u);
  EXPECT_TRUE(asked_without_condition(2));
  EXPECT_TRUE(asked_if("\"md5\"", 3));
  EXPECT_EQ(sinks[0].bytes, "abcdef");
}

TEST_F(RangesTest, TwoHostsMayCallTheSameBytesByTwoNames) {
  hub.answer(kFile, {.status = 302, .headers = {std::string("Location: ") + kStore}});
  broken(kStore, {"ETag: \"md5\""});
  hub.answer(kFile, {.status = 302, .headers = {"Location: https://cdn2.example/f"}});
  rest("https://cdn2.example/f", {"ETag: \"other\""});
  ask(kFile);
  run();
  EXPECT_EQ(sinks[0].bytes, "abcdef");
  EXPECT_FALSE(sinks[0].started_over);
}

TEST_F(RangesTest, WhatAnEarlierProcessLeftIsAskedForUnderTheEtagThatItsSinkKnows) {
  rest(kFile);
  ask(kFile);
  sinks[0].bytes = "abc";
  sinks[0].etag_of_before = "\"blob\"";
  run();
  EXPECT_TRUE(asked_if("\"blob\"", 0));
  EXPECT_EQ(sinks[0].bytes, "abcdef");
}

TEST_F(RangesTest, AnotherHostIsNotAskedByAnEtagOfTheHub) {
  hub.answer(kFile, {.status = 302, .headers = {std::string("Location: ") + kStore}});
  rest(kStore, {"ETag: \"md5\""});
  ask(kFile);
  sinks[0].bytes = "abc";
  sinks[0].etag_of_before = "\"blob\"";
  run();
  EXPECT_TRUE(asked_without_condition());
  EXPECT_EQ(sinks[0].bytes, "abcdef");
}

TEST_F(RangesTest, AnAnswerAboutSomethingElseEndsItBeforeAByteOfIt) {
  hub.answer(kFile, {.headers = {"X-Wrong: yes"}, .body = "abc"});
  ask(kFile);
  const FetchFailure failure = run();
  EXPECT_EQ(failure.fault, FetchFault::bad_content);
  EXPECT_EQ(failure.what, "about another");
  EXPECT_EQ(sinks[0].bytes, "");
  EXPECT_EQ(hub.seen().size(), 1u);
}

TEST_F(RangesTest, ARedirectAboutSomethingElseIsNotFollowed) {
  hub.answer(kFile,
             {.status = 302, .headers = {std::string("Location: ") + kStore, "X-Wrong: yes"}});
  hub.answer(kStore, {.body = "abc"});
  ask(kFile);
  EXPECT_EQ(run().what, "about another");
  EXPECT_EQ(hub.seen().size(), 1u);
}

TEST_F(RangesTest, TheContentHostKnowsNoCommitsAndIsNotAskedAboutThem) {
  hub.answer(kFile, {.status = 302, .headers = {std::string("Location: ") + kStore}});
  hub.answer(kStore, {.headers = {"X-Wrong: yes"}, .body = "abc"});
  ask(kFile);
  run();
  EXPECT_TRUE(is_done());
}

}  // namespace
}  // namespace hubward::test
