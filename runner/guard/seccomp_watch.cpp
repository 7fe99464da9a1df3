#include "runner/guard/seccomp_watch.h"

#include "runner/guard/after_guard.h"

#include <poll.h>

#include <utility>

namespace hubward {
namespace {

// A thread that was joined keeps its filter for some microseconds.
constexpr int kLastThreadMilliseconds = 5;

bool all_have_gone(const Listener& listener) {
  struct pollfd hangup = {listener.descriptor(), 0, 0};
  ::poll(&hangup, 1, kLastThreadMilliseconds);
  return (hangup.revents & POLLHUP) != 0;
}

}  // namespace

SeccompWatch::SeccompWatch(std::unique_ptr<Spawner> spawner, JudgeRequest request)
    : spawner_(std::move(spawner)),
      listener_(spawner_->take_listener()),
      judge_(listener_, std::move(request)) {}

Result<std::unique_ptr<SeccompWatch>> SeccompWatch::begin(JudgeRequest request) {
  const auto program = filter_program(request.machine, request.interference);
  HUBWARD_TRY(auto spawner, Spawner::start([&] { return Listener::install(program); }));
  std::unique_ptr<SeccompWatch> watch(new SeccompWatch(std::move(spawner), std::move(request)));
  HUBWARD_TRY(watch->supervisor_,
              Supervisor::start(watch->listener_, watch->judge_, *watch->spawner_));
  return watch;
}

LeftBehind SeccompWatch::end() {
  supervisor_.reset();
  spawner_.reset();
  const bool is_over = all_have_gone(listener_);
  Names* const names = judge_.request().names;
  if (names != nullptr) names->stop();
  if (is_over) return LeftBehind::nothing;
  if (!leave_after_guard(listener_, judge_.request())) return LeftBehind::unanswered;
  if (names != nullptr) names->hand_over();
  return LeftBehind::guarded;
}

}  // namespace hubward
