#include "runner/guard/dns_message.h"

#include <gtest/gtest.h>

#include <string>

namespace hubward::test {
namespace {

using Bytes = std::vector<std::byte>;

Bytes bytes_of(std::string_view text) {
  Bytes bytes(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) bytes[i] = static_cast<std::byte>(text[i]);
  return bytes;
}

std::string label(std::string_view text) {
  return std::string(1, static_cast<char>(text.size())) + std::string(text);
}

std::string header(unsigned flags, unsigned questions, unsigned answers) {
  std::string text = "\x12\x34";
  for (const unsigned number : {flags, questions, answers, 0U, 0U}) {
    text += static_cast<char>(number >> 8U);
    text += static_cast<char>(number & 0xffU);
  }
  return text;
}

const std::string kHub = label("huggingface") + label("co") + std::string(1, '\0');
const std::string kAddressIn{"\0\1\0\1", 4};
const std::string kQuery = header(0x0100, 1, 0) + kHub + kAddressIn;

std::string record(const std::string& name, char type, const std::string& data) {
  return name + std::string{0, type, 0, 1, 0, 0, 0, 60, 0, static_cast<char>(data.size())} + data;
}

std::string host_of(const std::string& message) {
  const auto question = parse_question(bytes_of(message));
  return question ? question->host : "none";
}

TEST(DnsMessage, TheNameOfAQuestionIsReadInLowercase) {
  const std::string mixed = label("HuggingFace") + label("CO") + std::string(1, '\0');
  const auto question = parse_question(bytes_of(header(0x0100, 1, 0) + mixed + kAddressIn));
  ASSERT_TRUE(question);
  EXPECT_EQ(question->host, "huggingface.co");
  EXPECT_EQ(question->id, 0x1234);
  EXPECT_EQ(question->type, 1);
  EXPECT_EQ(question->end, kQuery.size());
}

/// EDNS, as resolvers add it: the root's name, OPT, the size of an answer, no data.
const std::string kEdns("\0\0\x29\x10\0\0\0\0\0\0\0", 11);

std::string with_further(std::string message, char records) {
  message[11] = records;
  return message;
}

TEST(DnsMessage, WhatStandsBehindAQuestionIsNoPartOfOne) {
  EXPECT_EQ(host_of(kQuery), "huggingface.co");
  EXPECT_EQ(host_of(kQuery + "x"), "none");
  EXPECT_EQ(host_of(kQuery + kEdns), "none");
}

TEST(DnsMessage, AQuestionMayBringTheRecordsAlongThatItCounts) {
  EXPECT_EQ(host_of(with_further(kQuery + kEdns, 1)), "huggingface.co");
  EXPECT_EQ(host_of(with_further(kQuery + kEdns + "x", 1)), "none");
  EXPECT_EQ(host_of(with_further(kQuery + kEdns, 2)), "none");
}

TEST(DnsMessage, ADotWithinALabelIsNotOneBetweenLabels) {
  EXPECT_EQ(host_of(header(0, 1, 0) + label("hf.co") + std::string(1, '\0') + kAddressIn),
            "hf\\046co");
  EXPECT_EQ(host_of(header(0, 1, 0) + label("\x1b[31m\xff") + std::string(1, '\0') + kAddressIn),
            "\\027\\09131m\\255");
}

TEST(DnsMessage, TheRootIsADot) {
  EXPECT_EQ(host_of(header(0, 1, 0) + std::string(1, '\0') + kAddressIn), ".");
}

TEST(DnsMessage, ANameOfTheGreatestLengthIsReadAndOneByteMoreIsNot) {
  // 3 * 64 + 62 + 1 = 255.
  const std::string three =
      label(std::string(63, 'a')) + label(std::string(63, 'b')) + label(std::string(63, 'c'));
  const std::string end(1, '\0');
  EXPECT_EQ(
      host_of(header(0, 1, 0) + three + label(std::string(61, 'd')) + end + kAddressIn).size(),
      253u);
  EXPECT_EQ(host_of(header(0, 1, 0) + three + label(std::string(62, 'd')) + end + kAddressIn),
            "none");
}

TEST(DnsMessage, APointerThatLeadsToItselfOrForwardsIsNoName) {
  EXPECT_EQ(host_of(header(0, 1, 0) + "\xc0\x0c" + kAddressIn), "none");
  EXPECT_EQ(host_of(header(0, 1, 0) + "\xc0\x0e" + kHub + kAddressIn), "none");
  EXPECT_EQ(host_of(header(0, 1, 0) + label("a") + "\xc0\x0c" + kAddressIn), "none");
}

TEST(DnsMessage, NoNameBeginsInTheHeader) {
  EXPECT_EQ(host_of(header(0, 1, 0) + std::string("\xc0\0", 2) + kAddressIn), "none");
  EXPECT_EQ(host_of(header(0, 1, 0) + label("a") + "\xc0\x0b" + kAddressIn), "none");
}

TEST(DnsMessage, EveryCutMakesItNoQuestionAndBreaksNothing) {
  for (std::size_t size = 0; size < kQuery.size(); ++size) {
    EXPECT_EQ(host_of(kQuery.substr(0, size)), "none") << size;
  }
}

TEST(DnsMessage, AnAnswerAnUpdateAndTwoQuestionsAreNoQuestion) {
  EXPECT_EQ(host_of(header(0x8000, 1, 0) + kHub + kAddressIn), "none");
  EXPECT_EQ(host_of(header(0x2800, 1, 0) + kHub + kAddressIn), "none");
  EXPECT_EQ(host_of(header(0, 2, 0) + kHub + kAddressIn + kHub + kAddressIn), "none");
}

TEST(DnsMessage, NoSuchNameRepeatsTheQuestionAndNothingBehindIt) {
  const Bytes query = bytes_of(with_further(kQuery + kEdns, 1));
  const auto question = parse_question(query);
  ASSERT_TRUE(question);
  EXPECT_EQ(no_such_name(query, *question), bytes_of(header(0x8183, 1, 0) + kHub + kAddressIn));
  EXPECT_EQ(server_failed(query, *question), bytes_of(header(0x8182, 1, 0) + kHub + kAddressIn));
}

TEST(DnsMessage, WhatIsNotUnderstoodIsToldSoByAHeaderUnlessItIsAnAnswer) {
  EXPECT_EQ(not_understood(bytes_of(header(0x0100, 2, 7) + kHub)), bytes_of(header(0x8181, 0, 0)));
  EXPECT_EQ(not_understood(bytes_of(header(0x2800, 1, 0))), bytes_of(header(0xa881, 0, 0)));
  EXPECT_TRUE(not_understood(bytes_of(header(0x8100, 1, 0) + kHub)).empty());
  EXPECT_TRUE(not_understood(bytes_of(header(0x0100, 1, 0).substr(0, 11))).empty());
}

TEST(DnsMessage, TheAddressesOfAnAnswerAreThoseOfTheNameThatWasAsked) {
  const std::string v6("\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\1", 16);
  const std::string answer = header(0x8180, 1, 3) + kHub + kAddressIn +
                             record("\xc0\x0c", 5, label("cdn") + "\xc0\x0c") +
                             record("\xc0\x2c", 1, "\xcb\x71\x0a\x01") + record("\xc0\x0c", 28, v6);
  const auto answered = parse_answer(bytes_of(answer));
  ASSERT_TRUE(answered);
  EXPECT_EQ(answered->host, "huggingface.co");
  ASSERT_EQ(answered->addresses.size(), 2u);
  EXPECT_EQ(answered->addresses[0], bytes_of("\xcb\x71\x0a\x01"));
  EXPECT_EQ(answered->addresses[1], bytes_of(v6));
  for (std::size_t size = 0; size < answer.size(); ++size) {
    const auto cut = parse_answer(bytes_of(answer.substr(0, size)));
    EXPECT_TRUE(!cut || cut->addresses.size() == 1) << size;
  }
}

TEST(DnsMessage, ARefusalAndAnEmptyAnswerGiveNoAddress) {
  EXPECT_FALSE(parse_answer(bytes_of(header(0x8183, 1, 1) + kHub + kAddressIn +
                                     record("\xc0\x0c", 1, "\xcb\x71\x0a\x01"))));
  EXPECT_FALSE(parse_answer(bytes_of(header(0x8180, 1, 0) + kHub + kAddressIn)));
  EXPECT_FALSE(parse_answer(bytes_of(kQuery)));
}

}  // namespace
}  // namespace hubward::test
