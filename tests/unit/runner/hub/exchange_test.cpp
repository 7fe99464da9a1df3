#include "runner/hub/exchange.h"

#include "tests/unit/runner/hub/exchange_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <set>

namespace hubward::test {
namespace {

using std::chrono::seconds;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

TEST_F(ExchangeTest, WhatIsAnsweredAtOnceIsAskedForOnce) {
  hub.answer(kFile, {.body = "abc"});
  ask(kFile);
  run();
  EXPECT_TRUE(is_done());
  EXPECT_EQ(sinks[0].bytes, "abc");
  EXPECT_EQ(counts.requests, 1u);
  EXPECT_EQ(counts.bytes, 3u);
}

TEST_F(ExchangeTest, NoMoreThanAllowedAreUnderWayAtOnce) {
  for (int at = 0; at < 7; ++at) {
    const std::string url = kFile + std::to_string(at);
    hub.answer(url, {.body = "x"});
    ask(url);
  }
  run();
  EXPECT_EQ(hub.most_at_once(), 2u);
  for (std::size_t at = 0; at < 7; ++at) EXPECT_TRUE(is_done(at)) << at;
}

TEST_F(ExchangeTest, TheTokenGoesToTheHubAndNotAlongARedirect) {
  hub.answer(kFile, {.status = 302, .headers = {"Location: https://cdn.example/f"}});
  hub.answer("https://cdn.example/f", {.body = "abc"});
  ask(kFile);
  run();
  ASSERT_EQ(hub.seen().size(), 2u);
  EXPECT_TRUE(hub.seen()[0].has("Authorization: Bearer hf_secret"));
  EXPECT_FALSE(hub.seen()[1].has("Authorization: Bearer hf_secret"));
}

TEST_F(ExchangeTest, AnotherPortIsAnotherOrigin) {
  hub.answer(kFile, {.status = 302, .headers = {"Location: https://huggingface.co:444/f"}});
  hub.answer("https://huggingface.co:444/f", {.body = "abc"});
  ask(kFile);
  run();
  EXPECT_FALSE(hub.seen()[1].has("Authorization: Bearer hf_secret"));
}

TEST_F(ExchangeTest, ARedirectOfTheSameOriginKeepsTheTokenAndIsTold) {
  hub.answer(kFile, {.status = 307, .headers = {"location: /b/resolve/c/f"}});
  hub.answer("https://huggingface.co/b/resolve/c/f", {.body = "abc"});
  ask(kFile);
  run();
  EXPECT_TRUE(hub.seen()[1].has("Authorization: Bearer hf_secret"));
  EXPECT_EQ(asks[0].moved_to, "https://huggingface.co/b/resolve/c/f");
}

TEST_F(ExchangeTest, ARedirectToHttpOrToThisMachineIsRefused) {
  for (const std::string target :
       {"http://cdn.example/f", "https://127.0.0.1/f", "https://10.1.2.3/f", "https://[::1]/f",
        "https://localhost/f"}) {
    asks.clear();
    hub.answer(kFile, {.status = 302, .headers = {"Location: " + target}});
    hub.answer(kFile, {.status = 302, .headers = {"Location: " + target}});
    ask(kFile);
    const FetchFailure failure = run();
    EXPECT_EQ(failure.fault, FetchFault::bad_content) << target;
    EXPECT_THAT(failure.what, HasSubstr("refused: a redirect"));
    EXPECT_NE(hub.seen().back().url, target);
  }
}

TEST_F(ExchangeTest, TenRedirectsAreFollowedAndNoEleventh) {
  for (int at = 0; at <= 10; ++at) {
    const std::string here = at == 0 ? kFile : kFile + std::to_string(at);
    hub.answer(here, {.status = 302,
                      .headers = {"Location: " + std::string(kFile) + std::to_string(at + 1)}});
  }
  hub.answer(kFile + std::string("11"), {.body = "abc"});
  ask(kFile);
  EXPECT_THAT(run().what, HasSubstr("redirects"));
  EXPECT_EQ(hub.seen().size(), 11u);
  asks.clear();
  ask(kFile + std::string("1"));
  run();
  EXPECT_TRUE(is_done());
}

TEST_F(ExchangeTest, A429HoldsAllUntilTheTimeThatItTells) {
  hub.answer(kFile, {.status = 429, .headers = {"RateLimit: \"api\";r=0;t=55"}});
  hub.answer(kFile, {.body = "abc"});
  ask(kFile);
  for (int at = 0; at < 3; ++at) {
    hub.answer(kFile + std::to_string(at), {.body = "x"});
    ask(kFile + std::to_string(at));
  }
  run();
  EXPECT_TRUE(is_done());
  for (std::size_t at = 2; at < hub.seen().size(); ++at) {
    EXPECT_GE(hub.seen()[at].at, seconds(56)) << hub.seen()[at].url;
  }
  EXPECT_GE(counts.held, seconds(55));
}

TEST_F(ExchangeTest, A429WithoutAWordBacksOffLongerEachTime) {
  for (int at = 0; at < 4; ++at) hub.answer(kFile, {.status = 429});
  hub.answer(kFile, {.body = "abc"});
  ask(kFile);
  run();
  EXPECT_TRUE(is_done());  // limits are no failures of the file: two retries are allowed
  EXPECT_GE(clock.since_start(), seconds(1 + 2 + 4 + 8));
}

TEST_F(ExchangeTest, A429PastTheDeadlineIsNotWaitedForAndTellsWhen) {
  hub.answer(kFile, {.status = 429, .headers = {"Retry-After: 900"}});
  ask(kFile);
  const FetchFailure failure = run();
  EXPECT_EQ(failure.fault, FetchFault::try_later);
  EXPECT_THAT(failure.what, HasSubstr("2023-11-14T22:28:20Z"));
  EXPECT_LT(clock.since_start(), seconds(1));
}

TEST_F(ExchangeTest, AnAbsurdWaitIsNoLackOfOne) {
  for (const char* wait : {"100000000000000000000", "Sun, 06 Nov 9999 08:49:37 GMT"}) {
    asks.clear();
    hub.forget();
    hub.answer(kFile, {.status = 429, .headers = {std::string("Retry-After: ") + wait}});
    ask(kFile);
    const FetchFailure failure = run();
    EXPECT_EQ(failure.fault, FetchFault::try_later) << wait;
    EXPECT_THAT(failure.what, HasSubstr("it would work again at 2")) << wait;
    EXPECT_LT(clock.since_start(), seconds(1)) << wait;
  }
}

TEST_F(ExchangeTest, A503PastTheDeadlineTellsWhenTheServerWantsToBeAskedAgain) {
  hub.answer(kFile, {.status = 503, .headers = {"Retry-After: 900"}});
  ask(kFile);
  const FetchFailure failure = run();
  EXPECT_EQ(failure.fault, FetchFault::unreachable);
  EXPECT_THAT(failure.what, HasSubstr("it would work again at 2023-11-14T22:28:20Z"));
  EXPECT_EQ(failure.again_at, "2023-11-14T22:28:20Z");
  EXPECT_EQ(hub.seen().size(), 1u);
}

TEST_F(ExchangeTest, TheLastOfTooMany503TellsWhenTheServerWantsToBeAskedAgain) {
  hub.answer(kFile, {.status = 503, .headers = {"Retry-After: 40"}});
  ask(kFile);
  EXPECT_THAT(run().what,
              HasSubstr("(tried 3 times); it would work again at 2023-11-14T22:15:20Z"));
}

TEST_F(ExchangeTest, AFailingServerIsAskedAgainSoOftenAndNoMore) {
  hub.answer(kFile, {.status = 503});
  ask(kFile);
  EXPECT_EQ(run().fault, FetchFault::unreachable);
  EXPECT_EQ(hub.seen().size(), 3u);
  EXPECT_GE(hub.seen()[1].at, seconds(1));
  EXPECT_GE(hub.seen()[2].at, seconds(3));
}

TEST_F(ExchangeTest, ForHeadersAloneARedirectToAnotherHostIsTheAnswer) {
  hub.answer(kFile, {.status = 307, .headers = {"Location: /g"}});
  hub.answer("https://huggingface.co/g",
             {.status = 302, .headers = {"Location: https://cdn.example/f", "X-Linked-Etag: x"}});
  ask(kFile);
  asks[0].method = Method::head;
  run();
  EXPECT_TRUE(is_done());
  ASSERT_EQ(hub.seen().size(), 2u);
  EXPECT_EQ(hub.seen()[1].method, Method::head);
  EXPECT_EQ(sinks[0].head.status, 302);
  EXPECT_NE(sinks[0].head.headers.find("X-Linked-Etag"), nullptr);
}

TEST_F(ExchangeTest, WhatWaitsForItsRetryKeepsMoreFromBeginning) {
  for (int at = 0; at < 50; ++at) {
    const std::string url = kFile + std::to_string(at);
    hub.answer(url, {.status = 503});
    hub.answer(url, {.body = "x"});
    ask(url);
  }
  run();
  for (std::size_t at = 0; at < 50; ++at) EXPECT_TRUE(is_done(at)) << at;
  // Two may be under way, so eight may have begun before the first of them is asked for again.
  std::set<std::string> begun;
  for (const SeenRequest& request : hub.seen()) {
    if (!begun.insert(request.url).second) break;
  }
  EXPECT_EQ(begun.size(), 8u);
}

TEST_F(ExchangeTest, WithoutASocketItIsNotTheHubsFault) {
  hub.answer(kFile, {.status = 0, .end = TransferEnd::starved, .sys_errno = EMFILE});
  ask(kFile);
  const FetchFailure failure = run();
  EXPECT_EQ(failure.fault, FetchFault::io);
  EXPECT_EQ(failure.sys_errno, EMFILE);
  EXPECT_EQ(hub.seen().size(), 1u);
}

TEST_F(ExchangeTest, A503ThatTellsWhenIsAskedAgainNoSooner) {
  hub.answer(kFile, {.status = 503, .headers = {"Retry-After: 40"}});
  hub.answer(kFile, {.body = "abc"});
  ask(kFile);
  run();
  EXPECT_TRUE(is_done());
  EXPECT_GE(hub.seen()[1].at, seconds(40));
}

TEST_F(ExchangeTest, ABrokenBodyIsTakenUpByARange) {
  hub.answer(kFile, {.body = "abc", .end = TransferEnd::broken});
  hub.answer(kFile, {.status = 206, .headers = {"Content-Range: bytes 3-5/6"}, .body = "def"});
  ask(kFile);
  run();
  EXPECT_EQ(sinks[0].bytes, "abcdef");
  EXPECT_TRUE(hub.seen()[1].has("Range: bytes=3-"));
}

TEST_F(ExchangeTest, ARangeThatWasNotAskedForIsNotBelieved) {
  for (const char* range : {"bytes 2-5/6", "bytes 3-5/*", "nonsense"}) {
    asks.clear();
    hub.answer(kFile, {.body = "abc", .end = TransferEnd::stalled});
    hub.answer(kFile,
               {.status = 206, .headers = {std::string("Content-Range: ") + range}, .body = "xyz"});
    hub.answer(kFile, {.body = "abcdef"});
    hub.answer(kFile, {.body = "abcdef"});
    ask(kFile);
    run();
    EXPECT_EQ(sinks.back().bytes, "abcdef") << range;
    hub.forget();
  }
}

TEST_F(ExchangeTest, WhatASinkRefusesWithoutAPlaceIsNamedByItsUrl) {
  hub.answer(kFile, {.status = 416});
  ask(kFile);
  EXPECT_EQ(run().where, kFile);
  EXPECT_EQ(run().what, "no such range");
}

TEST_F(ExchangeTest, ASignedAddressThatRanOutIsAskedForAnewOnce) {
  hub.answer(kFile, {.status = 302, .headers = {"Location: https://cdn.example/f"}});
  hub.answer("https://cdn.example/f", {.status = 403});
  ask(kFile);
  EXPECT_EQ(run().fault, FetchFault::denied);
  EXPECT_EQ(hub.seen().size(), 4u);
}

TEST_F(ExchangeTest, WhatAContentHostRefusesIsNoMatterOfTokensAndGates) {
  for (const int status : {401, 403, 404, 410, 400}) {
    asks.clear();
    hub.forget();
    hub.answer(kFile, {.status = 302, .headers = {"Location: https://cdn.example/f?secret=1"}});
    hub.answer("https://cdn.example/f?secret=1", {.status = status});
    ask(kFile);
    EXPECT_THAT(
        run().what,
        AllOf(HasSubstr("https://cdn.example/f, to which the Hub has sent us on, answered " +
                        std::to_string(status)),
              HasSubstr("no token is sent there"), Not(HasSubstr("PAGE")),
              Not(HasSubstr("HF_TOKEN")), Not(HasSubstr("secret")), Not(HasSubstr("repo"))))
        << status;
  }
}

TEST_F(ExchangeTest, ARefusalIsFinalAndToldInTheHubsWords) {
  hub.answer(kFile,
             {.status = 403, .headers = {"X-Error-Code: GatedRepo", "X-Error-Message: ask first"}});
  ask(kFile);
  const FetchFailure failure = run();
  EXPECT_EQ(failure.fault, FetchFault::denied);
  EXPECT_THAT(failure.what, HasSubstr("ask first"));
  EXPECT_THAT(failure.what, HasSubstr("ask for access at PAGE"));
  EXPECT_EQ(hub.seen().size(), 1u);
}

TEST_F(ExchangeTest, AnUntrustedCertificateIsNotTriedAgain) {
  hub.answer(kFile, {.status = 0, .end = TransferEnd::untrusted});
  ask(kFile);
  EXPECT_THAT(run().what, HasSubstr("SSL_CERT_FILE"));
  EXPECT_EQ(hub.seen().size(), 1u);
}

TEST_F(ExchangeTest, TheDeadlineEndsWhatIsUnderWay) {
  policy.deadline = clock.now();
  ask(kFile);
  EXPECT_THAT(run().what, HasSubstr("deadline"));
  EXPECT_TRUE(hub.seen().empty());
}

TEST_F(ExchangeTest, ASignalEndsItWithoutAnotherRequest) {
  interrupted = true;
  ask(kFile);
  EXPECT_THAT(run().what, HasSubstr("signal"));
  EXPECT_TRUE(hub.seen().empty());
}

TEST_F(ExchangeTest, OneFailureDoesNotKeepTheOthersFromTheirEnd) {
  hub.answer(kFile, {.status = 404, .headers = {"X-Error-Code: EntryNotFound"}});
  hub.answer(kFile + std::string("1"), {.body = "x"});
  ask(kFile);
  ask(kFile + std::string("1"));
  EXPECT_EQ(run().fault, FetchFault::not_found);
  EXPECT_FALSE(is_done(0));
  EXPECT_TRUE(is_done(1));
}

}  // namespace
}  // namespace hubward::test
