#include "runner/guard/name_server.h"

#include "runner/guard/name_datagrams.h"
#include "runner/guard/name_streams.h"

#include <poll.h>
#include <sys/eventfd.h>

#include <cstdint>
#include <span>

namespace hubward {
namespace {

// For what has been waited for too long; the programs that asked give up by themselves.
constexpr int kRoundMilliseconds = 1000;
// After the end: what has been asked by then counts, also when nobody waits for the answer. Whoever
// goes on asking is not heard to the end.
constexpr int kLastRounds = 64;

}  // namespace

void NameServer::start() {
  stop();
  stop_ = UniqueFd(::eventfd(0, EFD_CLOEXEC));
  thread_ = std::thread([this, stop = stop_.get()] { serve(stop); });
}

void NameServer::stop() {
  if (!thread_.joinable()) return;
  const std::uint64_t one = 1;
  while (::write(stop_.get(), &one, sizeof one) < 0) {
  }
  thread_.join();
  stop_ = UniqueFd();
}

void NameServer::serve(int stop) {
  NameDatagrams datagrams(sockets_, serving_);
  NameStreams streams(sockets_, serving_);
  std::vector<struct pollfd> polls;
  for (int last_rounds = 0;;) {
    polls.assign(1, {stop, POLLIN, 0});
    datagrams.add_polls(polls);
    const std::size_t behind_datagrams = polls.size();
    streams.add_polls(polls);
    const bool is_idle = polls.size() <= sockets_.size() + 1;
    const int ready = ::poll(polls.data(), polls.size(), is_idle ? -1 : kRoundMilliseconds);
    if (ready < 0) continue;
    if (polls[0].revents != 0 && (ready == 1 || ++last_rounds > kLastRounds)) return;
    const std::span<const struct pollfd> all(polls);
    const ServingTime now = std::chrono::steady_clock::now();
    datagrams.serve(all.subspan(1, behind_datagrams - 1), now);
    streams.serve(all.subspan(behind_datagrams), now);
  }
}

}  // namespace hubward
