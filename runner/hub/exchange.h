// Asks the Hub for many things at once and sees each of them through: redirects, retries, waiting
// as told, one deadline for all.
//
// What a client gets wrong here hurts others (hub-cache-format 4.4, 4.7): hf-hub 0.x sends the
// token to the content host, retries of a 429 before its reset make the block longer, and an error
// page that nobody checks becomes a blob. So: only 200, or 206 where it was asked for, reaches a
// sink; the token goes to the endpoint's own origin alone; a 429 on one file holds them all.
#pragma once

#include "runner/hub/answers.h"
#include "runner/hub/clock.h"
#include "runner/hub/transport.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hubward {

/// Why something was not had. In the order of the exit codes they lead to (74 > 2 > 75 > 77 > 69 >
/// 1), worst first.
enum class FetchFault : unsigned char {
  io,           ///< a system call of ours failed
  bad_content,  ///< what was served is not what is listed, or is hostile
  try_later,    ///< rate-limited, or locked by another process
  denied,
  unreachable,
  not_found,
};

struct FetchFailure {
  FetchFault fault = FetchFault::unreachable;
  std::string where;  ///< a URL without its query, or a path; safe for eyes
  std::string what;   ///< one sentence, safe for eyes
  int sys_errno = 0;
  /// "2026-11-28T14:00:00Z": when it would work, by the server's own word; empty: it gave none.
  std::string again_at = {};
};

/// What a sink says of an answer.
enum class SinkWord : unsigned char {
  well,
  again,    ///< ask for all of it anew, at once; the sink bounds how often
  give_up,  ///< sink.failure() says why
};

/// Takes the bytes of one thing. All calls come from within Exchange::run.
class Sink {
 public:
  virtual ~Sink() = default;
  /// Before each request: whether it may be made now. `again` asks once more in a moment, as while
  /// another process holds a lock; `done()` may have become true without a request.
  virtual SinkWord prepare() { return SinkWord::well; }
  virtual bool done() const { return false; }
  /// The first byte wanted, at the time of the request.
  virtual std::uint64_t wanted_from() const { return 0; }
  /// The etag, in quotes, under which the endpoint served what is there already, for one who has
  /// not seen it served; empty when unknown.
  virtual std::string known_etag() const { return ""; }
  /// Why an answer of the endpoint itself is about something else than was asked for: 200, 206 or a
  /// redirect. Such an answer ends it, and no byte of it is taken.
  virtual std::optional<std::string> contradiction_in(const AnswerHead& /*head*/) const {
    return std::nullopt;
  }
  /// Its bytes begin, or begin anew: status 200, or 206 from wanted_from().
  virtual SinkWord begin(const AnswerHead& head) = 0;
  virtual SinkWord take(std::span<const std::byte> bytes) = 0;
  /// The answer was whole.
  virtual SinkWord end() = 0;
  /// 416: the range that was asked for does not exist.
  virtual SinkWord no_such_range() { return SinkWord::give_up; }
  virtual FetchFailure failure() const = 0;
};

/// A way on that a server names, as a redirect or as the next page of a listing.
struct WayOn {
  std::optional<std::string> fault;  ///< why nobody should go it, as "from https to http, to …"
  AddressReach reach = AddressReach::anywhere;  ///< for whoever goes it
};
/// @param peer    whose answer named it
/// @param before  the reach of that request: to the same origin it stays
WayOn judge_way_on(const Url& from, Peer peer, AddressReach before, const Url& to);

/// One thing to ask for. `sink` is borrowed until run() returns.
struct Ask {
  Url url;
  AddressReach reach =
      AddressReach::anywhere;  ///< of the first request; what a user names may lie anywhere
  /// Headers alone: then a redirect to another origin is the answer, for it has them
  /// (hub-cache-format 4.4).
  Method method = Method::get;
  Sink* sink = nullptr;
  std::string page;  ///< of the repo, for people
  // Filled by run():
  std::optional<FetchFailure> failure;
  std::string moved_to;  ///< where a permanent or temporary redirect of the same origin led first
};

struct ExchangePolicy {
  std::size_t parallel = 8;
  unsigned retries = 6;  ///< for one thing: resets, stalls, 5xx
  std::chrono::steady_clock::time_point deadline;
  std::string token_origin;  ///< the only origin that may see the token
  std::string token;         ///< empty: anonymous
  std::string user_agent = "hubward";
};

struct ExchangeCounts {
  std::uint64_t requests = 0;
  std::uint64_t retries = 0;
  std::uint64_t bytes = 0;            ///< of bodies that were wanted
  std::chrono::milliseconds held{0};  ///< spent with nothing but waiting for a rate limit
};

class Exchange {
 public:
  /// All borrowed for its life.
  /// @param interrupted  looked at once a round; true ends run() with everything unfinished failed
  Exchange(Transport& transport, Clock& clock, ExchangePolicy policy,
           std::function<bool()> interrupted);
  ~Exchange();

  /// Sees all of them through. An Ask without `failure` has been done.
  void run(std::span<Ask> asks);

  const ExchangeCounts& counts() const { return counts_; }
  bool was_interrupted() const { return was_interrupted_; }
  const ExchangePolicy& policy() const { return policy_; }

 private:
  class Job;

  void start_what_may_start(std::chrono::steady_clock::time_point now);
  bool prepare(Job& job, std::chrono::steady_clock::time_point now);
  void send(Job& job);
  void settle(Job& job, const Ended& ended);
  void settle_answer(Job& job);
  void follow(Job& job);
  void be_refused(Job& job);
  void hold_all(Job& job, const HubRefusal& refusal);
  /// The refusal in words, with what to do.
  std::string explained(const Job& job, const HubRefusal& refusal) const;
  void retry(Job& job, std::string why, std::optional<std::chrono::seconds> told);
  void listen_to_sink(Job& job, SinkWord word);
  void finish(Job& job);
  void fail_job(Job& job, FetchFault fault, std::string what);
  /// One that would work after `told`, which is too late.
  void fail_until(Job& job, FetchFault fault, std::string what,
                  std::optional<std::chrono::seconds> told);
  void fail_rest();
  std::chrono::milliseconds until_something_may_happen(
      std::chrono::steady_clock::time_point now) const;

  Transport& transport_;
  Clock& clock_;
  ExchangePolicy policy_;
  std::function<bool()> interrupted_;
  ExchangeCounts counts_;
  std::vector<std::unique_ptr<Job>> jobs_;
  std::size_t first_open_ = 0;               ///< all jobs before it are finished
  std::size_t begun_ = 0;                    ///< jobs that have asked and are not finished
  std::map<std::uint64_t, Job*> under_way_;  ///< by transfer
  std::size_t unfinished_ = 0;
  std::chrono::steady_clock::time_point held_until_{};
  unsigned limits_in_a_row_ = 0;
  bool was_interrupted_ = false;
};

}  // namespace hubward
