#include "runner/doctor/online.h"

#include "runner/hub/answers.h"
#include "verifier/text/json_door.h"
#include "verifier/text/show.h"

#include <fmt/core.h>

#include <algorithm>

namespace hubward {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kMaxBody = std::size_t{64} * 1024;
constexpr milliseconds kRound{250};

/// Keeps the head, and of the body what an account's name needs.
class Answer : public Receiver {
 public:
  Take begins(const AnswerHead& answer) override {
    head = answer;
    has_come = true;
    return Take::go_on;
  }
  Take receives(std::span<const std::byte> bytes) override {
    if (body.size() + bytes.size() > kMaxBody) return Take::stop;
    body.append(reinterpret_cast<const char*>(bytes.data()),  // NOLINT(*-reinterpret-cast)
                bytes.size());
    return Take::go_on;
  }

  AnswerHead head;
  std::string body;
  bool has_come = false;
};

struct Meeting {
  Answer answer;
  std::optional<Ended> ended;  ///< nullopt: the deadline passed
};

void meet(const OnlineRequest& request, Transport& transport, Clock& clock, Meeting& meeting) {
  TransportRequest asked{.url = request.endpoint.whoami_url(),
                         .headers = {"Accept-Encoding: identity", "Accept: application/json",
                                     "User-Agent: " + request.user_agent}};
  if (!request.endpoint.token.empty()) {
    asked.headers.push_back("Authorization: Bearer " + request.endpoint.token);
  }
  const auto deadline = clock.now() + request.deadline;
  const std::uint64_t id = transport.start(asked, meeting.answer);
  while (clock.now() < deadline) {
    for (Ended& ended : transport.wait(kRound)) {
      if (ended.id != id) continue;
      meeting.ended = std::move(ended);
      return;
    }
  }
  transport.cancel(id);
}

std::string account_in(std::string_view body) {
  const auto json = parse_json(body);
  const JsonValue* name = json ? json->find("name") : nullptr;
  return name == nullptr || name->string() == nullptr ? std::string() : show(*name->string(), 100);
}

/// Source: huggingface.co/docs/hub/rate-limits, of August 2026.
std::string tier_of(const RatePolicy& policy, TokenAnswer token) {
  if (policy.resource != "api" && !policy.resource.empty()) return "";
  if (token != TokenAnswer::accepted) return "anonymous, by this machine's address";
  if (policy.quota == 1000) return "a free account";
  if (policy.quota == 2500) return "a PRO account";
  return policy.quota > 2500 ? "an organisation's plan" : "";
}

bool is_redirect(int status) { return status >= 300 && status < 400; }

TokenAnswer token_answer(const OnlineRequest& request, int status) {
  const bool is_sent = !request.endpoint.token.empty();
  if (!is_sent) return request.has_token ? TokenAnswer::kept : TokenAnswer::none;
  if (status == 200) return TokenAnswer::accepted;
  return status == 401 || status == 403 ? TokenAnswer::refused : TokenAnswer::unknown;
}

/// What the answer says about limits and time, whatever its status.
void read_headers(const Headers& headers, std::chrono::system_clock::time_point now,
                  OnlineFacts& facts) {
  if (const std::string* text = headers.find("RateLimit")) facts.left = parse_rate_limit(*text);
  if (const std::string* text = headers.find("RateLimit-Policy")) {
    facts.policy = parse_rate_policy(*text);
  }
  const std::string* date = headers.find("Date");
  const auto theirs = date == nullptr ? std::nullopt : parse_http_date(*date);
  if (!theirs) return;
  const auto ours = now - facts.took / 2;
  const auto limit = std::chrono::seconds(kLongestTold);
  facts.clock_ahead =
      std::clamp(*theirs - std::chrono::floor<std::chrono::seconds>(ours), -limit, limit);
}

void judge_status(const OnlineRequest& request, const Answer& answer, OnlineFacts& facts) {
  const int status = answer.head.status;
  facts.token = token_answer(request, status);
  if (facts.token == TokenAnswer::accepted) facts.account = account_in(answer.body);
  if (facts.policy) facts.tier = tier_of(*facts.policy, facts.token);
  if (status == 200 || (status == 401 && facts.token != TokenAnswer::refused)) return;
  const HubRefusal refusal = refusal_in(answer.head, answer.body);
  const auto has_token = request.endpoint.token.empty() ? HasToken::no : HasToken::yes;
  if (status == 429) {
    facts.exit_code = 75;
    facts.what = explain(refusal, has_token, facts.endpoint);
  } else if (facts.token == TokenAnswer::refused) {
    facts.exit_code = 77;
    facts.what = refusal.words.empty() ? "the Hub does not take this token"
                                       : "the Hub does not take this token: " + refusal.words;
  } else if (is_redirect(status)) {
    facts.what = "it answers with a redirect, which a Hub does not do here";
    facts.exit_code = 69;
  } else if (refusal.kind == RefusalKind::failing) {
    facts.what = explain(refusal, has_token, facts.endpoint);
    facts.exit_code = 69;
  } else {
    facts.what = fmt::format("it knows no accounts (HTTP {})", status);
  }
}

}  // namespace

std::string_view to_string(TokenAnswer answer) {
  switch (answer) {
    case TokenAnswer::none: return "none";
    case TokenAnswer::kept: return "kept";
    case TokenAnswer::accepted: return "accepted";
    case TokenAnswer::refused: return "refused";
    case TokenAnswer::unknown: return "unknown";
  }
  return "";
}

std::string_view to_string(TlsAnswer answer) {
  switch (answer) {
    case TlsAnswer::plain: return "plain";
    case TlsAnswer::trusted: return "trusted";
    case TlsAnswer::untrusted: return "untrusted";
    case TlsAnswer::unknown: return "unknown";
  }
  return "";
}

OnlineFacts ask_hub(const OnlineRequest& request, Transport& transport, Clock& clock) {
  OnlineFacts facts{.endpoint = request.endpoint.base.shown(),
                    .is_mirror = request.endpoint.is_mirror};
  const auto begun = clock.now();
  Meeting meeting;
  meet(request, transport, clock, meeting);
  facts.took = std::chrono::duration_cast<milliseconds>(clock.now() - begun);
  const bool is_https = request.endpoint.base.is_https();
  facts.tls = is_https ? TlsAnswer::unknown : TlsAnswer::plain;
  const bool is_untrusted = meeting.ended && meeting.ended->end == TransferEnd::untrusted;
  if (is_untrusted) facts.tls = TlsAnswer::untrusted;
  facts.is_reached = meeting.answer.has_come;
  facts.token = token_answer(request, 0);
  if (!facts.is_reached) {
    facts.exit_code = 69;
    facts.what = meeting.ended ? meeting.ended->why
                               : fmt::format("no answer within {} s", request.deadline.count());
    if (is_untrusted) facts.what += "; a CA of your own is named by SSL_CERT_FILE";
    return facts;
  }
  if (is_https) facts.tls = TlsAnswer::trusted;
  facts.status = meeting.answer.head.status;
  read_headers(meeting.answer.head.headers, clock.utc(), facts);
  judge_status(request, meeting.answer, facts);
  return facts;
}

}  // namespace hubward
