// The threads that answer the calls of guarded processes.
//
// One of them waits for calls and answers those that stay on the machine; before it does anything
// that may take long it hands the waiting to another, so that a slow answer holds nobody else up.
// More threads at the listener would not answer more calls (it is the kernel's one queue), and
// would answer a single one later.
//
// It waits within the receiving itself: a call that poll has told of and nobody has received yet is
// broken off by any signal. Nothing but a call ends such a wait on every kernel, so the spawner's
// thread, which is filtered too, makes a last one.
#pragma once

#include "runner/guard/judge.h"
#include "runner/guard/listener.h"
#include "runner/guard/spawner.h"
#include <hubward/result.h>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace hubward {

/// Answers calls in the calling thread until the last guarded process has gone.
void answer_to_the_last(const Listener& listener, const Judge& judge);

class Supervisor {
 public:
  /// To be called from a thread that is not filtered: what it starts would be filtered too, and
  /// wait for itself. All arguments outlive the supervisor.
  /// Errors: io, when there can be no threads.
  static Result<std::unique_ptr<Supervisor>> start(const Listener& listener, const Judge& judge,
                                                   Spawner& spawner);
  /// Lets the calls that are being answered end; others wait for whoever holds the listener.
  ~Supervisor();
  Supervisor(const Supervisor&) = delete;
  Supervisor& operator=(const Supervisor&) = delete;

 private:
  Supervisor(const Listener& listener, const Judge& judge, Spawner& spawner)
      : listener_(listener), judge_(judge), spawner_(spawner) {}

  void serve();
  bool take_watch();
  void give_watch();
  void end();

  const Listener& listener_;
  const Judge& judge_;
  Spawner& spawner_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool is_watched_ = false;  ///< under mutex_: one of the threads waits for calls
  bool is_over_ = false;     ///< under mutex_
  std::vector<std::thread> threads_;
};

}  // namespace hubward
