#include "runner/launch/roundup.h"

#include <algorithm>
#include <csignal>

namespace hubward {
namespace {

constexpr int kMostPasses = 300;
constexpr int kQuietPasses = 3;
// What is born within some tenths of a second where nothing but births is done.
constexpr pid_t kYoung = 2048;

}  // namespace

void Roundup::stop_all(const Seen& seen, const std::function<void()>& after_a_pass) {
  int quiet = 0;
  for (int passes = 0; passes < kMostPasses && quiet < kQuietPasses; ++passes) {
    quiet = pass(seen) ? 0 : quiet + 1;
    after_a_pass();
  }
}

bool Roundup::pass(const Seen& seen) {
  bool met_someone = false;
  const pid_t youngest = youngest_process();
  for (pid_t pid = youngest; pid > std::max(youngest - kYoung, 0); --pid) {
    met_someone = is_new(pid, seen) || met_someone;
  }
  // Not yet: what takes long is for when the young stand still.
  if (met_someone) return true;
  // The others; and all of them where the numbers have begun anew.
  const std::vector<pid_t> all = all_processes();
  for (auto pid = all.rbegin(); pid != all.rend(); ++pid) {
    met_someone = is_new(*pid, seen) || met_someone;
  }
  return met_someone;
}

bool Roundup::is_new(pid_t pid, const Seen& seen) {
  if (stopped_.contains(pid)) return false;
  const auto status = status_of(pid);
  if (!status) return false;
  if (!stopped_.contains(status->parent) && !belongs_(*status)) return false;
  if (!is_alive(*status)) return dead_.insert(status->id).second;
  ::kill(pid, SIGSTOP);
  seen(status->id);
  stopped_.emplace(pid, status->id);
  return true;
}

void Roundup::kill_all() const {
  for (const auto& [pid, id] : stopped_) {
    const auto status = status_of(pid);
    if (status && status->id == id) ::kill(pid, SIGKILL);
  }
}

}  // namespace hubward
