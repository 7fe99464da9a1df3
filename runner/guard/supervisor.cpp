#include "runner/guard/supervisor.h"

#include "runner/guard/no_more.h"

#include <poll.h>
#include <pthread.h>

#include <cerrno>
#include <utility>

namespace hubward {
namespace {

constexpr int kThreads = 3;

/// @return false when the last guarded process has gone
bool wait_for_call(int listener) {
  for (;;) {
    struct pollfd ready = {listener, POLLIN, 0};
    if (::poll(&ready, 1, -1) < 0) {
      if (errno == EINTR || errno == EAGAIN || errno == ENOMEM) continue;
      return false;
    }
    if ((ready.revents & POLLIN) != 0) return true;
    if (ready.revents != 0) return false;
  }
}

/// Room for one notification, aligned for it.
class Letterbox {
 public:
  explicit Letterbox(std::size_t size) : words_((size + 7) / 8), size_(size) {}
  std::span<std::byte> bytes() { return std::as_writable_bytes(std::span(words_)).first(size_); }

 private:
  std::vector<std::uint64_t> words_;
  std::size_t size_;
};

}  // namespace

// Before Linux 6.11 the wait for a call does not end with the last process; poll's does.
void answer_to_the_last(const Listener& listener, const Judge& judge) {
  Letterbox box(listener.notification_size());
  while (wait_for_call(listener.descriptor())) {
    if (const auto notification = listener.receive(box.bytes())) judge.answer(*notification, [] {});
  }
}

Result<std::unique_ptr<Supervisor>> Supervisor::start(const Listener& listener, const Judge& judge,
                                                      Spawner& spawner) {
  std::unique_ptr<Supervisor> supervisor(new Supervisor(listener, judge, spawner));
  HUBWARD_TRY_VOID(start_threads("the guard's threads cannot be started", [&supervisor] {
    for (int i = 0; i < kThreads; ++i) {
      supervisor->threads_.emplace_back([raw = supervisor.get()] { raw->serve(); });
    }
  }));
  return supervisor;
}

Supervisor::~Supervisor() {
  if (!threads_.empty()) spawner_.make_last_call();
  for (std::thread& thread : threads_) thread.join();
}

void Supervisor::serve() {
  ::pthread_setname_np(::pthread_self(), "hubward-guard");
  Letterbox box(listener_.notification_size());
  bool watches = false;
  const std::function<void()> before_slow = [&] {
    give_watch();
    watches = false;
  };
  for (;;) {
    if (!watches && !take_watch()) return;
    watches = true;
    const auto notification = listener_.receive(box.bytes());
    if (!notification) continue;
    if (spawner_.is_last_call(*notification)) {
      end();
      return listener_.refuse(notification->id, EBADF);
    }
    judge_.answer(*notification, before_slow);
  }
}

/// @return false when there is nothing to wait for any more
bool Supervisor::take_watch() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return is_over_ || !is_watched_; });
  if (is_over_) return false;
  is_watched_ = true;
  return true;
}

void Supervisor::give_watch() {
  {
    const std::lock_guard lock(mutex_);
    is_watched_ = false;
  }
  changed_.notify_one();
}

void Supervisor::end() {
  {
    const std::lock_guard lock(mutex_);
    is_over_ = true;
  }
  changed_.notify_all();
}

}  // namespace hubward
