// A command from its start to its end: the launcher and the sentinel in the one order that loses no
// signal.
#pragma once

#include "runner/launch/bridged_token.h"
#include "runner/launch/sentinel.h"

#include <functional>
#include <optional>

namespace hubward {

struct Watched {
  Ending ending;
  /// False when someone wanted hubward to end just then; the ending tells by which signal.
  bool started = false;
};

/// What becomes of this process's signals when the command has ended.
enum class Afterwards : unsigned char {
  as_before,
  blocked,  ///< for good: the command's code is the last word, and nothing may take its place
};

/// A token in a file, for as long as the command runs.
struct Bridge {
  BridgeRequest request;
  /// Told why there is none; the command runs all the same. Signals are blocked meanwhile.
  std::function<void(const Error&)> complain;
};

/// Must be called while the process has one thread.
/// @param inherited  outlives the call
tl::expected<Watched, StartFailure> start_and_watch(const LaunchRequest& launch,
                                                    const WatchRequest& watch,
                                                    Afterwards afterwards,
                                                    const InheritedSignals& inherited,
                                                    MonotonicClock clock,
                                                    const std::optional<Bridge>& bridge = {});

}  // namespace hubward
