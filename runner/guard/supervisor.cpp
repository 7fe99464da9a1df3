#include "runner/guard/supervisor.h"

#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace hubward {
namespace {

constexpr int kThreads = 3;

enum class News : std::uint8_t { call, over };

News wait_for_news(int listener, int stop) {
  for (;;) {
    struct pollfd ready[] = {{listener, POLLIN, 0}, {stop, POLLIN, 0}};
    if (::poll(ready, 2, -1) < 0) {
      if (errno == EINTR || errno == EAGAIN || errno == ENOMEM) continue;
      return News::over;
    }
    if (ready[1].revents != 0) return News::over;
    if ((ready[0].revents & POLLIN) != 0) return News::call;
    if (ready[0].revents != 0) return News::over;
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

void answer_to_the_last(const Listener& listener, const Judge& judge) {
  Letterbox box(listener.notification_size());
  while (wait_for_news(listener.descriptor(), -1) == News::call) {
    if (const auto notification = listener.receive(box.bytes())) judge.answer(*notification, [] {});
  }
}

Result<std::unique_ptr<Supervisor>> Supervisor::start(const Listener& listener,
                                                      const Judge& judge) {
  UniqueFd stop(::eventfd(0, EFD_CLOEXEC));
  if (!stop.is_open()) return fail(ErrorKind::io, "", "nothing wakes the guard (eventfd)", errno);
  std::unique_ptr<Supervisor> supervisor(new Supervisor(listener, judge, std::move(stop)));
  try {
    for (int i = 0; i < kThreads; ++i) {
      supervisor->threads_.emplace_back([raw = supervisor.get()] { raw->serve(); });
    }
  } catch (const std::system_error& error) {
    return fail(ErrorKind::io, "", "the guard's threads cannot be started", error.code().value());
  }
  return supervisor;
}

Supervisor::~Supervisor() {
  ::eventfd_write(stop_.get(), 1);
  end();
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
    if (wait_for_news(listener_.descriptor(), stop_.get()) == News::over) return end();
    if (const auto notification = listener_.receive(box.bytes())) {
      judge_.answer(*notification, before_slow);
    }
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
