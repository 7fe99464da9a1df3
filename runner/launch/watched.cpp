#include "runner/launch/watched.h"

#include <cerrno>
#include <cstring>
#include <utility>

namespace hubward {

tl::expected<Watched, StartFailure> start_and_watch(const LaunchRequest& launch,
                                                    const WatchRequest& watch,
                                                    Afterwards afterwards,
                                                    const InheritedSignals& inherited,
                                                    MonotonicClock clock) {
  const auto prepared = Sentinel::prepare(inherited, watch, std::move(clock));
  if (!prepared) {
    const Error& error = prepared.error();
    return tl::unexpected(
        StartFailure{125, error.sys_errno, error.what + ": " + std::strerror(error.sys_errno)});
  }
  Sentinel& sentinel = **prepared;
  if (const auto signal = sentinel.asked_to_end_early()) {
    return Watched{{.exit_code = 128 + *signal, .asked_to_end = signal}, false};
  }
  auto child = start(launch, inherited);
  if (!child && child.error().sys_errno == EAGAIN) {
    sentinel.do_without_witness();
    child = start(launch, inherited);
  }
  if (!child) return tl::unexpected(child.error());
  Watched watched{sentinel.watch(*child), true};
  if (launch.streams == Streams::downloader) {
    watched.ending.asked_to_end = sentinel.asked_to_end_at_last();
  }
  if (afterwards == Afterwards::blocked) sentinel.leave_signals_blocked();
  return watched;
}

}  // namespace hubward
