// A Transport whose answers come from a list, and the clock that it moves: waiting costs no time,
// and a test sees which request was made when.
#pragma once

#include "runner/hub/clock.h"
#include "runner/hub/transport.h"

#include <deque>
#include <map>
#include <string>
#include <vector>

namespace hubward::test {

class SetClock : public Clock {
 public:
  std::chrono::steady_clock::time_point now() const override { return now_; }
  std::chrono::system_clock::time_point utc() const override { return utc_; }
  double chance() override { return 1; }
  void pass(std::chrono::milliseconds time) {
    now_ += time;
    utc_ += time;
  }
  std::chrono::milliseconds since_start() const {
    return std::chrono::duration_cast<std::chrono::milliseconds>(now_ - kStart);
  }

 private:
  static constexpr std::chrono::steady_clock::time_point kStart{std::chrono::hours(1)};
  std::chrono::steady_clock::time_point now_ = kStart;
  std::chrono::system_clock::time_point utc_{std::chrono::seconds(1'700'000'000)};
};

struct ScriptedAnswer {
  int status = 200;
  std::vector<std::string> headers;
  std::string body;
  TransferEnd end = TransferEnd::whole;
  Peer peer = Peer::at_public_address;
  int sys_errno = 0;
};

struct SeenRequest {
  std::string url;
  std::vector<std::string> headers;
  std::chrono::milliseconds at{0};
  AddressReach reach = AddressReach::anywhere;
  Method method = Method::get;

  bool has(const std::string& header) const;
};

/// Answers by URL, in order; the last one stays. A URL that nobody wrote down is unreachable.
class ScriptedHub : public Transport {
 public:
  explicit ScriptedHub(SetClock& clock) : clock_(clock) {}

  void answer(const std::string& url, ScriptedAnswer answer) {
    script_[url].push_back(std::move(answer));
  }
  /// Nothing is written down any more.
  void forget() { script_.clear(); }
  const std::vector<SeenRequest>& seen() const { return seen_; }
  std::size_t most_at_once() const { return most_at_once_; }

  std::uint64_t start(const TransportRequest& request, Receiver& receiver) override;
  void cancel(std::uint64_t id) override { open_.erase(id); }
  std::vector<Ended> wait(std::chrono::milliseconds at_most) override;

 private:
  struct Open {
    Receiver* receiver;
    ScriptedAnswer answer;
  };

  SetClock& clock_;
  std::map<std::string, std::deque<ScriptedAnswer>> script_;
  std::map<std::uint64_t, Open> open_;
  std::vector<SeenRequest> seen_;
  std::uint64_t last_id_ = 0;
  std::size_t most_at_once_ = 0;
};

}  // namespace hubward::test
