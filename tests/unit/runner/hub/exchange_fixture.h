// An Exchange against a scripted Hub, with sinks that keep what they get.
#pragma once

#include "runner/hub/exchange.h"
#include "tests/support/scripted_hub.h"

#include <gtest/gtest.h>

#include <deque>
#include <string>
#include <utility>
#include <vector>

namespace hubward::test {

inline constexpr const char* kHub = "https://huggingface.co";
inline constexpr const char* kFile = "https://huggingface.co/a/resolve/c/f";

/// Keeps what it gets; a range where it already has something.
class Kept : public Sink {
 public:
  SinkWord begin(const AnswerHead& answer) override {
    head = answer;
    if (head.status == 200) bytes.clear();
    return SinkWord::well;
  }
  SinkWord take(std::span<const std::byte> more) override {
    bytes.append(reinterpret_cast<const char*>(more.data()), more.size());
    return SinkWord::well;
  }
  SinkWord end() override { return SinkWord::well; }
  std::uint64_t wanted_from() const override { return bytes.size(); }
  SinkWord no_such_range() override {
    bytes.clear();
    return std::exchange(started_over, true) ? SinkWord::give_up : SinkWord::again;
  }
  std::string known_etag() const override { return etag_of_before; }
  std::optional<std::string> contradiction_in(const AnswerHead& answer) const override {
    return answer.headers.find("X-Wrong") == nullptr ? std::nullopt
                                                     : std::optional<std::string>("about another");
  }
  FetchFailure failure() const override { return {FetchFault::bad_content, "", "no such range"}; }

  AnswerHead head;
  std::string bytes;
  std::string etag_of_before;
  bool started_over = false;
};

class ExchangeTest : public testing::Test {
 protected:
  void ask(const std::string& url) {
    asks.push_back({.url = *Url::parse(url), .sink = &sinks.emplace_back(), .page = "PAGE"});
  }
  /// Of the first ask; a default one when it was done.
  FetchFailure run() {
    Exchange exchange(hub, clock, policy, [this] { return interrupted; });
    exchange.run(asks);
    counts = exchange.counts();
    return asks.front().failure.value_or(FetchFailure{FetchFault::not_found, "", ""});
  }
  bool is_done(std::size_t at = 0) const { return !asks[at].failure; }

  SetClock clock;
  ScriptedHub hub{clock};
  ExchangePolicy policy{.parallel = 2,
                        .retries = 2,
                        .deadline = clock.now() + std::chrono::minutes(15),
                        .token_origin = kHub,
                        .token = "hf_secret"};
  std::deque<Kept> sinks;
  std::vector<Ask> asks;
  ExchangeCounts counts;
  bool interrupted = false;
};

}  // namespace hubward::test
