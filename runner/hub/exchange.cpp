#include "runner/hub/exchange.h"

#include "runner/hub/file_headers.h"
#include "runner/hub/rate_limit.h"
#include "verifier/report/counted.h"
#include "verifier/text/show.h"
#include "verifier/text/units.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

namespace hubward {
namespace {

using SteadyTime = std::chrono::steady_clock::time_point;
using std::chrono::milliseconds;

constexpr int kMostRedirects = 10;
constexpr std::size_t kKeptErrorBytes = std::size_t{16} * 1024;
// What has begun and waits for its retry holds a file and a lock; beyond so many for each that may
// be under way nothing new is begun, or a bad minute of the Hub would cost all our descriptors.
constexpr std::size_t kBegunForEach = 4;
constexpr milliseconds kAskAgain{100};      // a lock that another process holds
constexpr milliseconds kLongestRound{250};  // so that a signal is seen soon

bool is_redirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

}  // namespace

WayOn judge_way_on(const Url& from, Peer peer, AddressReach before, const Url& to) {
  const bool is_private = peer == Peer::at_private_address || is_private_host(from.host());
  const From whence = is_private ? From::private_host : From::public_host;
  WayOn way{.fault = fault_of_step(from, to, whence), .reach = before};
  if (from.origin() != to.origin()) {
    way.reach = is_private ? AddressReach::anywhere : AddressReach::public_addresses;
  }
  return way;
}

/// One Ask on its way; the Receiver of the request that is under way for it.
class Exchange::Job : public Receiver {
 public:
  Job(Ask& asked, ExchangeCounts& counts)
      : ask(&asked), current(asked.url), reach(asked.reach), counts_(counts) {}

  Take begins(const AnswerHead& answer) override {
    head = answer;
    got_answer = true;
    const bool is_content = head.status == 200 || head.status == 206;
    if (!is_abroad() && (is_content || is_redirect(head.status))) {
      contradiction = ask->sink->contradiction_in(head);
      if (contradiction) return Take::stop;
    }
    if (!is_content) return Take::go_on;
    range_is_strange = !is_the_wanted_range();
    if (!range_is_strange)
      served_ = {.origin = current.origin(), .etag = strong_etag(head.headers)};
    word = range_is_strange ? SinkWord::again : ask->sink->begin(head);
    return word == SinkWord::well ? Take::go_on : Take::stop;
  }
  Take receives(std::span<const std::byte> bytes) override {
    if (head.status == 200 || head.status == 206) {
      counts_.bytes += bytes.size();
      word = ask->sink->take(bytes);
      return word == SinkWord::well ? Take::go_on : Take::stop;
    }
    const std::size_t room = kKeptErrorBytes - std::min(kKeptErrorBytes, error_body.size());
    const std::size_t taken = std::min(room, bytes.size());
    error_body.append(reinterpret_cast<const char*>(bytes.data()),
                      taken);  // NOLINT(*-reinterpret-cast): bytes to text
    return taken < bytes.size() ? Take::stop : Take::go_on;
  }
  void forget_answer() {
    head = {};
    error_body.clear();
    word = SinkWord::well;
    contradiction.reset();
    got_answer = range_is_strange = false;
  }
  /// For If-Range: what this very origin calls the bytes that are there. Another origin has names
  /// of its own for them, and would send all of it again.
  std::string etag_here() const {
    if (served_) return served_->origin == current.origin() ? served_->etag : "";
    return is_abroad() ? "" : ask->sink->known_etag();
  }
  bool is_abroad() const { return current.origin() != ask->url.origin(); }

  void begin_anew() {
    current = ask->url;
    reach = ask->reach;
    redirects = 0;
  }

  Ask* ask;
  Url current;
  AddressReach reach;
  AnswerHead head;
  std::string error_body;
  SinkWord word = SinkWord::well;
  std::optional<std::string> contradiction;
  bool got_answer = false;
  bool range_is_strange = false;
  std::uint64_t asked_from = 0;
  std::uint64_t transfer = 0;
  bool is_active = false;
  bool has_begun = false;
  bool is_finished = false;
  SteadyTime not_before{};
  unsigned attempts = 0;
  int redirects = 0;
  bool asked_anew = false;

 private:
  bool is_the_wanted_range() const {
    if (head.status == 200) return true;
    const std::string* text = head.headers.find("Content-Range");
    const auto range = text == nullptr ? std::nullopt : parse_content_range(*text);
    if (asked_from == 0 || !range || range->first != asked_from) return false;
    // A server that does not know If-Range sends the end of something else.
    const std::string etag = strong_etag(head.headers);
    return etag.empty() || etag_here().empty() || etag == etag_here();
  }

  struct Served {
    std::string origin;
    std::string etag;  // strong, or empty
  };
  ExchangeCounts& counts_;
  std::optional<Served> served_;  // where the bytes came from that the sink has
};

Exchange::Exchange(Transport& transport, Clock& clock, ExchangePolicy policy,
                   std::function<bool()> interrupted)
    : transport_(transport),
      clock_(clock),
      policy_(std::move(policy)),
      interrupted_(std::move(interrupted)) {}
Exchange::~Exchange() = default;

void Exchange::run(std::span<Ask> asks) {
  jobs_.clear();
  for (Ask& ask : asks) jobs_.push_back(std::make_unique<Job>(ask, counts_));
  unfinished_ = jobs_.size();
  first_open_ = begun_ = 0;
  while (unfinished_ > 0) {
    const SteadyTime now = clock_.now();
    was_interrupted_ = was_interrupted_ || interrupted_();
    if (was_interrupted_ || now >= policy_.deadline) return fail_rest();
    start_what_may_start(now);
    if (unfinished_ == 0) return;
    const milliseconds pause = until_something_may_happen(clock_.now());
    const bool only_waits = under_way_.empty() && held_until_ > now;
    for (const Ended& ended : transport_.wait(pause)) {
      const auto job = under_way_.find(ended.id);
      if (job != under_way_.end()) settle(*job->second, ended);
    }
    if (only_waits) {
      counts_.held += std::chrono::duration_cast<milliseconds>(clock_.now() - now);
    }
  }
}

void Exchange::start_what_may_start(SteadyTime now) {
  while (first_open_ < jobs_.size() && jobs_[first_open_]->is_finished) ++first_open_;
  if (held_until_ > now) return;
  for (std::size_t at = first_open_; at < jobs_.size() && under_way_.size() < policy_.parallel;
       ++at) {
    Job& job = *jobs_[at];
    if (job.is_active || job.is_finished || job.not_before > now) continue;
    if (!job.has_begun && begun_ >= kBegunForEach * policy_.parallel) continue;
    if (prepare(job, now)) send(job);
  }
}

bool Exchange::prepare(Job& job, SteadyTime now) {
  const SinkWord word = job.ask->sink->prepare();
  if (word == SinkWord::again) {
    job.not_before = now + kAskAgain;
    return false;
  }
  if (word == SinkWord::well && !job.ask->sink->done()) return true;
  listen_to_sink(job, word);
  return false;
}

void Exchange::send(Job& job) {
  job.forget_answer();
  TransportRequest request{
      .url = job.current,
      .method = job.ask->method,
      .reach = job.reach,
      .headers = {"Accept-Encoding: identity", "Accept: */*", "User-Agent: " + policy_.user_agent}};
  // Origin for origin, not name for name: another port may be another's.
  if (!policy_.token.empty() && job.current.origin() == policy_.token_origin && !job.is_abroad()) {
    request.headers.push_back("Authorization: Bearer " + policy_.token);
  }
  job.asked_from = job.ask->sink->wanted_from();
  if (job.asked_from > 0)
    request.headers.push_back(fmt::format("Range: bytes={}-", job.asked_from));
  const std::string etag = job.asked_from > 0 ? job.etag_here() : "";
  if (!etag.empty()) request.headers.push_back("If-Range: " + etag);
  job.transfer = transport_.start(request, job);
  job.is_active = true;
  if (!std::exchange(job.has_begun, true)) ++begun_;
  under_way_.emplace(job.transfer, &job);
  ++counts_.requests;
}

void Exchange::settle(Job& job, const Ended& ended) {
  job.is_active = false;
  under_way_.erase(job.transfer);
  switch (ended.end) {
    case TransferEnd::untrusted:
      return fail_job(job, FetchFault::unreachable,
                      ended.why + "; a CA of your own is named by SSL_CERT_FILE");
    case TransferEnd::starved:
      fail_job(job, FetchFault::io, "cannot open a socket");
      job.ask->failure->sys_errno = ended.sys_errno;
      return;
    case TransferEnd::refused:
      return fail_job(job, FetchFault::bad_content,
                      fmt::format("refused: a redirect from a public host to a private one, to {}, "
                                  "which is {}",
                                  job.current.shown(), ended.why));
    case TransferEnd::unreachable:
    case TransferEnd::broken:
    case TransferEnd::stalled: return retry(job, ended.why, std::nullopt);
    case TransferEnd::stopped:
      if (job.contradiction) {
        return fail_job(job, FetchFault::bad_content, std::move(*job.contradiction));
      }
      if (job.word != SinkWord::well) return listen_to_sink(job, job.word);
      return settle_answer(job);
    case TransferEnd::whole: return settle_answer(job);
  }
}

void Exchange::settle_answer(Job& job) {
  if (!job.got_answer) return retry(job, "no answer", std::nullopt);
  const int status = job.head.status;
  if (status == 200 || status == 206) {
    limits_in_a_row_ = 0;
    return listen_to_sink(job, job.ask->sink->end());
  }
  if (is_redirect(status)) return follow(job);
  if (status == 416) return listen_to_sink(job, job.ask->sink->no_such_range());
  be_refused(job);
}

void Exchange::follow(Job& job) {
  const std::string* location = job.head.headers.find("Location");
  const auto target = location == nullptr ? std::nullopt : job.current.resolved(*location);
  if (!target) return fail_job(job, FetchFault::unreachable, "a redirect that leads nowhere");
  if (job.ask->method == Method::head && target->origin() != job.ask->url.origin()) {
    const SinkWord word = job.ask->sink->begin(job.head);
    return listen_to_sink(job, word == SinkWord::well ? job.ask->sink->end() : word);
  }
  if (++job.redirects > kMostRedirects) {
    return fail_job(job, FetchFault::unreachable,
                    fmt::format("more than {} redirects", kMostRedirects));
  }
  const WayOn way = judge_way_on(job.current, job.head.peer, job.reach, *target);
  if (way.fault) {
    return fail_job(job, FetchFault::bad_content, "refused: a redirect " + *way.fault);
  }
  if (job.ask->moved_to.empty() && target->origin() == job.ask->url.origin()) {
    job.ask->moved_to = target->text();
  }
  job.current = *target;
  job.reach = way.reach;
}

void Exchange::be_refused(Job& job) {
  const HubRefusal refusal = refusal_in(job.head, job.error_body);
  // A signed address may have run out while others were served.
  if (job.head.status == 403 && job.is_abroad() && !std::exchange(job.asked_anew, true)) {
    job.begin_anew();
    ++counts_.retries;
    return;
  }
  switch (refusal.kind) {
    case RefusalKind::limited: return hold_all(job, refusal);
    case RefusalKind::failing:
      return retry(job, explained(job, refusal), told_wait(job.head.headers, clock_.utc()));
    case RefusalKind::not_found:
    case RefusalKind::denied:
    case RefusalKind::other: break;
  }
  const FetchFault fault = refusal.kind == RefusalKind::not_found ? FetchFault::not_found
                           : refusal.kind == RefusalKind::denied  ? FetchFault::denied
                                                                  : FetchFault::unreachable;
  fail_job(job, fault, explained(job, refusal));
}

std::string Exchange::explained(const Job& job, const HubRefusal& refusal) const {
  if (job.is_abroad()) return explain_abroad(refusal, job.current.shown());
  const auto has_token = policy_.token.empty() ? HasToken::no : HasToken::yes;
  return explain(refusal, has_token, job.ask->page);
}

void Exchange::hold_all(Job& job, const HubRefusal& refusal) {
  const auto told = told_wait(job.head.headers, clock_.utc());
  const milliseconds wait =
      told ? milliseconds(*told) : backoff(++limits_in_a_row_, clock_.chance());
  const SteadyTime now = clock_.now();
  if (now + wait >= policy_.deadline) {
    std::string what = explained(job, refusal);
    if (!told) what += "; nobody said for how long";
    return fail_until(job, FetchFault::try_later, std::move(what), told);
  }
  held_until_ = std::max(held_until_, now + wait);
  job.begin_anew();
  ++counts_.retries;
}

void Exchange::retry(Job& job, std::string why, std::optional<std::chrono::seconds> told) {
  if (++job.attempts > policy_.retries) {
    return fail_until(job, FetchFault::unreachable,
                      fmt::format("{} (tried {})", why, counted(job.attempts, "time", "times")),
                      told);
  }
  const milliseconds wait = told ? milliseconds(*told) : backoff(job.attempts, clock_.chance());
  job.not_before = clock_.now() + wait;
  if (job.not_before >= policy_.deadline) {
    return fail_until(job, FetchFault::unreachable, std::move(why), told);
  }
  job.begin_anew();
  ++counts_.retries;
}

void Exchange::listen_to_sink(Job& job, SinkWord word) {
  if (word == SinkWord::again) {
    // Of a 206 for another range than asked for the sink does not know yet.
    if (job.range_is_strange && job.ask->sink->no_such_range() == SinkWord::give_up) {
      return fail_job(job, FetchFault::bad_content,
                      "the server sends another range than asked for");
    }
    job.begin_anew();
    ++counts_.retries;
    return;
  }
  finish(job);
  if (word != SinkWord::give_up) return;
  job.ask->failure = job.ask->sink->failure();
  // A sink that writes no file knows no place.
  if (job.ask->failure->where.empty()) job.ask->failure->where = job.ask->url.shown();
}

void Exchange::finish(Job& job) {
  job.is_finished = true;
  --unfinished_;
  if (job.has_begun) --begun_;
}

void Exchange::fail_job(Job& job, FetchFault fault, std::string what) {
  finish(job);
  job.ask->failure = FetchFailure{fault, job.ask->url.shown(), std::move(what)};
}

void Exchange::fail_until(Job& job, FetchFault fault, std::string what,
                          std::optional<std::chrono::seconds> told) {
  std::string again_at;
  if (told) again_at = utc_text(clock_.utc() + *told);
  if (told) what += "; it would work again at " + again_at;
  fail_job(job, fault, std::move(what));
  job.ask->failure->again_at = std::move(again_at);
}

void Exchange::fail_rest() {
  for (const auto& job : jobs_) {
    if (job->is_finished) continue;
    if (job->is_active) transport_.cancel(job->transfer);
    job->is_active = false;
    fail_job(*job, FetchFault::try_later,
             was_interrupted_
                 ? "ended by a signal"
                 : "the deadline has passed; what has come is kept, and --deadline gives "
                   "more time");
  }
  under_way_.clear();
}

milliseconds Exchange::until_something_may_happen(SteadyTime now) const {
  SteadyTime next = std::min(policy_.deadline, now + kLongestRound);
  if (under_way_.size() < policy_.parallel) {
    for (std::size_t at = first_open_; at < jobs_.size(); ++at) {
      const Job& job = *jobs_[at];
      if (job.is_active || job.is_finished) continue;
      if (!job.has_begun && begun_ >= kBegunForEach * policy_.parallel) continue;
      next = std::min(next, std::max(job.not_before, held_until_));
      if (next <= now) break;
    }
  }
  return std::max(std::chrono::ceil<milliseconds>(next - now), milliseconds(0));
}

}  // namespace hubward
