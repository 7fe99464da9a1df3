// The thread that starts what is guarded.
//
// A filter is a thread's, and is handed down to what the thread forks. So one thread of this
// process takes it on and starts the command, while all others stay free; nothing has to run
// between the command's fork and its exec, and nothing has to be passed from it.
#pragma once

#include "runner/guard/listener.h"
#include <hubward/result.h>

#include <atomic>
#include <condition_variable>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

namespace hubward {

class Spawner {
 public:
  /// @param install  called in the new thread
  /// Errors: those of install; io when there can be no thread.
  static Result<std::unique_ptr<Spawner>> start(const std::function<Result<Listener>()>& install);
  /// Ends the thread. PR_SET_PDEATHSIG of what it started looks at the thread, not at the process:
  /// so not before the command has ended.
  ~Spawner();
  Spawner(const Spawner&) = delete;
  Spawner& operator=(const Spawner&) = delete;

  /// To be taken once.
  Listener take_listener() { return std::move(*listener_); }
  /// Runs it in the thread, and waits for its end. What it throws is thrown here.
  void run(const std::function<void()>& work);

  /// Makes a call in the thread that the filter hands over, and waits until it has been answered.
  void make_last_call();
  /// Thread safety: any thread.
  bool is_last_call(const Notification& notification) const {
    return notification.thread == last_caller_;
  }

 private:
  Spawner() = default;
  void serve();

  std::optional<Listener> listener_;
  std::atomic<pid_t> last_caller_{-1};  ///< the thread, once it makes its last call
  std::mutex mutex_;
  std::condition_variable changed_;
  const std::function<void()>* work_ = nullptr;  ///< under mutex_; outlives the call that set it
  std::exception_ptr failure_;                   ///< under mutex_: what the work threw
  bool is_over_ = false;                         ///< under mutex_
  std::thread thread_;
};

}  // namespace hubward
