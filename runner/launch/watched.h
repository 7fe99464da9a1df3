// A command from its start to its end: the launcher and the sentinel in the one order that loses no
// signal.
#pragma once

#include "runner/launch/sentinel.h"

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

/// Must be called while the process has one thread.
/// @param inherited  outlives the call
tl::expected<Watched, StartFailure> start_and_watch(const LaunchRequest& launch,
                                                    const WatchRequest& watch,
                                                    Afterwards afterwards,
                                                    const InheritedSignals& inherited,
                                                    MonotonicClock clock);

}  // namespace hubward
