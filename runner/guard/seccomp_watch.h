// A command under a filter, from before its start to after its end.
#pragma once

#include "runner/guard/judge.h"
#include "runner/guard/listener.h"
#include "runner/guard/spawner.h"
#include "runner/guard/supervisor.h"
#include <hubward/result.h>

#include <cstdint>
#include <functional>
#include <memory>

namespace hubward {

/// Of a command that has ended.
enum class LeftBehind : std::uint8_t {
  nothing,
  guarded,     ///< processes that live on, and one of hubward's that answers their calls
  unanswered,  ///< processes that live on, and nobody could be made to answer
};

class SeccompWatch {
 public:
  /// Must be called while the process has one thread; the threads that it starts have the caller's
  /// signal mask.
  /// @param request  what it points to outlives the watch
  /// Errors: io; `what` is the step that failed.
  static Result<std::unique_ptr<SeccompWatch>> begin(JudgeRequest request);
  SeccompWatch(const SeccompWatch&) = delete;
  SeccompWatch& operator=(const SeccompWatch&) = delete;

  /// Whatever is forked by `start` is guarded, with all its descendants.
  void run(const std::function<void()>& start) { spawner_->run(start); }
  bool calls_outlast_signals() const { return listener_.calls_outlast_signals(); }

  /// The command has ended. Afterwards this process has one thread again, and nothing more is
  /// written down. Where somebody lives on that is guarded, a process of hubward's goes on
  /// answering until the last of them has gone: it has left the session and keeps nothing of ours
  /// open.
  LeftBehind end();

 private:
  SeccompWatch(std::unique_ptr<Spawner> spawner, JudgeRequest request);

  // Each uses those above it, and ends before them.
  std::unique_ptr<Spawner> spawner_;
  Listener listener_;
  Judge judge_;
  std::unique_ptr<Supervisor> supervisor_;
};

}  // namespace hubward
