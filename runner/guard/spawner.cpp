#include "runner/guard/spawner.h"

#include "runner/guard/no_more.h"

#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include <utility>

namespace hubward {

Result<std::unique_ptr<Spawner>> Spawner::start(const std::function<Result<Listener>()>& install) {
  std::unique_ptr<Spawner> spawner(new Spawner());
  std::optional<Error> error;
  HUBWARD_TRY_VOID(start_threads("a thread for the command cannot be started", [&spawner] {
    spawner->thread_ = std::thread([raw = spawner.get()] { raw->serve(); });
  }));
  spawner->run([&] {
    auto listener = install();
    if (listener) {
      spawner->listener_.emplace(std::move(*listener));
    } else {
      error = listener.error();
    }
  });
  if (error) return tl::unexpected(*error);
  return spawner;
}

Spawner::~Spawner() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    is_over_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void Spawner::run(const std::function<void()>& work) {
  std::unique_lock lock(mutex_);
  work_ = &work;
  changed_.notify_all();
  changed_.wait(lock, [this] { return work_ == nullptr; });
  if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
}

void Spawner::make_last_call() {
  run([this] {
    last_caller_ = ::gettid();
    static_cast<void>(::connect(-1, nullptr, 0));
  });
}

void Spawner::serve() {
  ::pthread_setname_np(::pthread_self(), "hubward-spawner");
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return is_over_ || work_ != nullptr; });
    if (work_ == nullptr) return;
    const std::function<void()>& work = *work_;
    lock.unlock();
    std::exception_ptr failure;
    try {
      work();
    } catch (...) {
      failure = std::current_exception();
    }
    lock.lock();
    failure_ = std::move(failure);
    work_ = nullptr;
    changed_.notify_all();
  }
}

}  // namespace hubward
