#include "runner/guard/dns_message.h"
#include "runner/guard/hub_names.h"
#include "runner/guard/known_hosts.h"
#include "tests/fuzz/door.h"
#include "tests/fuzz/promise.h"

#include <algorithm>

namespace hubward::fuzz {
namespace {

using Bytes = std::vector<std::byte>;

/// Labels of plain letters or \DDD, and dots between them.
void promise_host(const std::string& host) {
  promise_safe_for_eyes(host, Lines::one);
  promise(!host.empty() && host.size() <= 4 * kMaxDnsName, "a name is bounded");
  promise(host == "." ||
              (host.front() != '.' && host.back() != '.' && host.find("..") == std::string::npos),
          "no label is empty: " + host);
  promise(std::ranges::all_of(host,
                              [](char letter) {
                                return (letter >= 'a' && letter <= 'z') ||
                                       (letter >= '0' && letter <= '9') || letter == '-' ||
                                       letter == '_' || letter == '.' || letter == '\\';
                              }),
          "a name is written in a few letters: " + host);
}

void open_hub(const std::string& host) {
  const HubNames hub("Hub.Example.", {"corp.example", "lan"});
  const auto meant = hub.meant(host);
  if (!meant) {
    return promise(!is_within(host, "huggingface.co") && !is_within(host, "hf.co"),
                   "a name of the Hub's is known: " + host);
  }
  promise(host.starts_with(*meant), "what was meant is the name's beginning: " + host);
  promise(is_within(*meant, "huggingface.co") || is_within(*meant, "hf.co") ||
              is_within(*meant, "hub.example"),
          "and one of the Hub's: " + *meant);
}

/// What is said of a question is an answer to it, and to nothing else.
void open_refusal(const Bytes& answer, const DnsQuestion& question, unsigned code) {
  promise(answer.size() == question.end, "an answer ends behind its question");
  promise((std::to_integer<unsigned>(answer[3]) & 15U) == code, "an answer says why");
  promise(!parse_question(answer) && !parse_answer(answer), "a refusal gives no address");
  Bytes asked = answer;
  asked[2] &= std::byte{0x7f};
  const auto again = parse_question(asked);
  promise(again && again->host == question.host && again->id == question.id &&
              again->type == question.type,
          "an answer repeats its question: " + question.host);
}

}  // namespace

void open_dns(std::string_view bytes) {
  Bytes message(bytes.size());
  std::ranges::transform(bytes, message.begin(), [](char one) { return std::byte(one); });
  if (const auto question = parse_question(message)) {
    promise(question->end <= message.size(), "a question ends within the message");
    promise_host(question->host);
    open_hub(question->host);
    open_refusal(no_such_name(message, *question), *question, 3);
    open_refusal(server_failed(message, *question), *question, 2);
    promise(!parse_answer(message), "a question is no answer");
  }
  const Bytes refusal = not_understood(message);
  promise(refusal.empty() || (refusal.size() == 12 && !parse_question(refusal) &&
                              !parse_answer(refusal) && refusal[0] == message[0]),
          "what is not understood is answered by a header");
  const auto answer = parse_answer(message);
  if (!answer) return;
  promise_host(answer->host);
  promise(!answer->addresses.empty() && answer->addresses.size() <= kMaxDnsAddresses,
          "an answer has addresses, and not without end");
  for (const auto& address : answer->addresses) {
    promise(address.size() == 4 || address.size() == 16, "an address is one of the internet");
  }
  KnownHosts hosts;
  hosts.learn(*answer, nullptr);
}

}  // namespace hubward::fuzz
