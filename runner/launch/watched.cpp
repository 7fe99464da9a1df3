#include "runner/launch/watched.h"

#include <cerrno>
#include <cstring>
#include <utility>

namespace hubward {

namespace {

/// A token that lies there while this lives, whatever ends the command or this process.
class Laid {
 public:
  Laid(const std::optional<Bridge>& bridge, Legacy* legacy) : legacy_(legacy) {
    if (!bridge) return;
    auto token = BridgedToken::lay_out(bridge->request);
    if (!token) {
      bridge->complain(token.error());
      return;
    }
    token_ = std::move(*token);
    if (token_ && legacy_ != nullptr) legacy_->note_token(token_->trace());
  }
  ~Laid() {
    token_.reset();
    if (legacy_ != nullptr) legacy_->forget_token();
  }
  Laid(const Laid&) = delete;
  Laid& operator=(const Laid&) = delete;

 private:
  std::unique_ptr<BridgedToken> token_;
  Legacy* legacy_;
};

tl::expected<Child, StartFailure> start_guarded(const LaunchRequest& launch,
                                                const InheritedSignals& inherited) {
  if (launch.guard == nullptr) return start(launch, inherited);
  tl::expected<Child, StartFailure> child;
  const auto begun = launch.guard->run_guarded(
      [&child, &launch, &inherited] { child = start(launch, inherited); });
  if (!begun) {
    const Error& error = begun.error();
    std::string what = "the guard cannot begin: " + error.what;
    if (error.sys_errno != 0) what += std::string(": ") + std::strerror(error.sys_errno);
    return tl::unexpected(StartFailure{125, error.sys_errno, std::move(what), true});
  }
  return child;
}

}  // namespace

tl::expected<Watched, StartFailure> start_and_watch(
    const LaunchRequest& launch, const WatchRequest& watch, Afterwards afterwards,
    const InheritedSignals& inherited, MonotonicClock clock, const std::optional<Bridge>& bridge) {
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
  // Signals wait while it lies there: none but KILL can end this process before it is taken away.
  const Laid laid(bridge, sentinel.legacy());
  auto child = start_guarded(launch, inherited);
  if (!child && child.error().sys_errno == EAGAIN) {
    sentinel.do_without_witness();
    child = start_guarded(launch, inherited);
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
