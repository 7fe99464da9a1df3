#include "runner/guard/name_datagrams.h"
#include "tests/unit/runner/guard/name_server_fixture.h"

#include <unistd.h>

#include <thread>

namespace hubward::test {
namespace {

void send_all(int fd, const Bytes& bytes) {
  EXPECT_EQ(::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL),
            static_cast<ssize_t>(bytes.size()));
}

Bytes framed(const Bytes& message) {
  Bytes bytes = {static_cast<std::byte>(message.size() >> 8U),
                 static_cast<std::byte>(message.size() & 0xffU)};
  bytes.insert(bytes.end(), message.begin(), message.end());
  return bytes;
}

/// Reads until as much has come, or nothing more does.
Bytes received_whole(int fd, std::size_t size) {
  Bytes all;
  while (all.size() < size) {
    const Bytes part = received(fd);
    if (part.empty()) return all;
    all.insert(all.end(), part.begin(), part.end());
  }
  return all;
}

struct Heard {
  Bytes message;
  struct sockaddr_storage from = {};
};

Heard heard_by(int resolver) {
  Heard heard;
  heard.message.resize(65536);
  if (!is_readable(resolver)) return {};
  socklen_t size = sizeof heard.from;
  const ssize_t got = ::recvfrom(resolver, heard.message.data(), heard.message.size(), 0,
                                 reinterpret_cast<struct sockaddr*>(&heard.from), &size);
  heard.message.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
  return heard;
}

void say(int resolver, const Bytes& answer, const Heard& to) {
  EXPECT_EQ(::sendto(resolver, answer.data(), answer.size(), 0,
                     reinterpret_cast<const struct sockaddr*>(&to.from), size_of(to.from)),
            static_cast<ssize_t>(answer.size()));
}

std::string host_of_answer(const KnownHosts& hosts) {
  struct sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(0xcb007101);
  return hosts.host_of(reinterpret_cast<const struct sockaddr&>(address), nullptr);
}

TEST_F(NameServerTest, AQuestionAndItsAnswerPassByteForByteAndAreRemembered) {
  const UniqueFd asker = client(SOCK_DGRAM);
  Bytes question = question_for("models");
  question.insert(question.end(), 11, std::byte{0});  // what else a program appends
  send_all(asker.get(), question);
  const Heard heard = heard_by(resolver_.get());
  EXPECT_EQ(heard.message, question);
  say(resolver_.get(), answer_to(question_for("models")), heard);
  EXPECT_EQ(received(asker.get()), answer_to(question_for("models")));
  EXPECT_EQ(host_of_answer(hosts_), "models");
}

TEST_F(NameServerTest, ARefusedNameDoesNotExistAndNobodyIsAsked) {
  const UniqueFd asker = client(SOCK_DGRAM);
  send_all(asker.get(), question_for("hub"));
  const Bytes answer = received(asker.get());
  ASSERT_GT(answer.size(), 3u);
  EXPECT_EQ(std::to_integer<int>(answer[3]) & 15, 3);
  EXPECT_FALSE(is_readable(resolver_.get(), 0));
}

TEST_F(NameServerTest, AnswersInAnotherOrderComeToWhoAsked) {
  const UniqueFd first = client(SOCK_DGRAM);
  const UniqueFd second = client(SOCK_DGRAM);
  send_all(first.get(), question_for("one"));
  const Heard one = heard_by(resolver_.get());
  send_all(second.get(), question_for("two"));
  const Heard two = heard_by(resolver_.get());
  say(resolver_.get(), answer_to(two.message), two);
  EXPECT_EQ(received(second.get()), answer_to(question_for("two")));
  say(resolver_.get(), answer_to(one.message), one);
  EXPECT_EQ(received(first.get()), answer_to(question_for("one")));
}

TEST_F(NameServerTest, WhereNobodyListensTheProgramHearsAtOnce) {
  const UniqueFd asker = client(SOCK_DGRAM);
  resolver_ = UniqueFd();
  send_all(asker.get(), question_for("models"));
  const Bytes answer = received(asker.get());
  ASSERT_GT(answer.size(), 3u);
  EXPECT_EQ(std::to_integer<int>(answer[3]) & 15, 2);
}

TEST_F(NameServerTest, WhoeverWasNotLedHereGetsNoAnswer) {
  const UniqueFd stranger = client(SOCK_DGRAM, false);
  send_all(stranger.get(), question_for("models"));
  const UniqueFd asker = client(SOCK_DGRAM);
  send_all(asker.get(), question_for("other"));
  EXPECT_EQ(heard_by(resolver_.get()).message, question_for("other"));
  EXPECT_FALSE(is_readable(stranger.get(), 0));
}

TEST_F(NameServerTest, WhatIsNoQuestionIsPassedOnAsItIs) {
  const UniqueFd asker = client(SOCK_DGRAM);
  send_all(asker.get(), bytes_of("no question"));
  EXPECT_EQ(heard_by(resolver_.get()).message, bytes_of("no question"));
}

TEST_F(NameServerTest, ItAnswersAnewAfterAStopAndWhatWasAskedMeanwhileWaits) {
  const UniqueFd asker = client(SOCK_DGRAM);
  server_.stop();
  send_all(asker.get(), question_for("hub"));
  EXPECT_FALSE(is_readable(asker.get(), 0));
  server_.start();
  EXPECT_TRUE(is_readable(asker.get()));
}

TEST_F(NameServerTest, WhatWasAskedBeforeAStopIsHeard) {
  for (int i = 0; i < 50; ++i) {
    const UniqueFd datagrams = client(SOCK_DGRAM);
    const UniqueFd stream = client(SOCK_STREAM);
    send_all(datagrams.get(), question_for("hub"));
    send_all(stream.get(), framed(question_for("hub")));
    server_.stop();
    EXPECT_TRUE(is_readable(datagrams.get(), 0));
    EXPECT_TRUE(is_readable(stream.get(), 0));
    server_.start();
  }
}

TEST_F(NameServerTest, AStreamCarriesSeveralQuestionsAndTheirAnswersInFrames) {
  const UniqueFd asker = client(SOCK_STREAM);
  Bytes questions = framed(question_for("hub"));
  const Bytes second = framed(question_for("models"));
  questions.insert(questions.end(), second.begin(), second.end());
  for (const std::byte one : questions) send_all(asker.get(), {one});  // in the smallest pieces

  ASSERT_TRUE(is_readable(resolver_stream_.get()));
  const UniqueFd accepted(::accept(resolver_stream_.get(), nullptr, nullptr));
  EXPECT_EQ(received_whole(accepted.get(), second.size()), second);
  const Bytes refusal = received_whole(asker.get(), framed(question_for("hub")).size());
  EXPECT_EQ(std::to_integer<int>(refusal.at(5)) & 15, 3);
  const Bytes answer = framed(answer_to(question_for("models")));
  send_all(accepted.get(), answer);
  EXPECT_EQ(received_whole(asker.get(), answer.size()), answer);
  EXPECT_EQ(host_of_answer(hosts_), "models");
}

TEST_F(NameServerTest, TheEndOfAStreamIsPassedOnToBothSides) {
  const UniqueFd asker = client(SOCK_STREAM);
  send_all(asker.get(), framed(question_for("models")));
  ASSERT_TRUE(is_readable(resolver_stream_.get()));
  UniqueFd accepted(::accept(resolver_stream_.get(), nullptr, nullptr));
  received_whole(accepted.get(), framed(question_for("models")).size());
  ::shutdown(asker.get(), SHUT_WR);
  EXPECT_TRUE(is_readable(accepted.get()));
  EXPECT_EQ(received(accepted.get()), Bytes()) << "its end";
  const Bytes answer = framed(answer_to(question_for("models")));
  send_all(accepted.get(), answer);
  EXPECT_EQ(received_whole(asker.get(), answer.size()), answer) << "it still gets its answer";
  accepted = UniqueFd();
  EXPECT_TRUE(is_readable(asker.get()));
  EXPECT_EQ(received(asker.get()), Bytes()) << "its end";
}

TEST_F(NameServerTest, AMessageOfTheGreatestLengthPassesOnAStream) {
  const UniqueFd asker = client(SOCK_STREAM);
  Bytes question = question_for("models");
  question.resize(kMaxDnsMessage);
  const Bytes frame = framed(question);
  std::thread sender([&] { send_all(asker.get(), frame); });
  EXPECT_TRUE(is_readable(resolver_stream_.get()));
  const UniqueFd accepted(::accept(resolver_stream_.get(), nullptr, nullptr));
  EXPECT_EQ(received_whole(accepted.get(), frame.size()), frame);
  sender.join();
}

TEST_F(NameServerTest, AStreamToNobodyEnds) {
  const UniqueFd asker = client(SOCK_STREAM);
  resolver_stream_ = UniqueFd();
  send_all(asker.get(), framed(question_for("models")));
  EXPECT_TRUE(is_readable(asker.get()));
  EXPECT_EQ(received(asker.get()), Bytes());
}

TEST_F(NameServerTest, MoreQuestionsThanItRemembersAreAllPassedOn) {
  const UniqueFd asker = client(SOCK_DGRAM);
  const int most = static_cast<int>(NameDatagrams::kMost);
  for (int i = 0; i <= most; ++i) {
    send_all(asker.get(), question_for(std::to_string(i)));
    EXPECT_EQ(heard_by(resolver_.get()).message, question_for(std::to_string(i)));
  }
}

}  // namespace
}  // namespace hubward::test
