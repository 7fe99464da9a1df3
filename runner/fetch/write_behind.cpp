#include "runner/fetch/write_behind.h"

#include <algorithm>
#include <system_error>
#include <utility>

namespace hubward {
namespace {

constexpr std::size_t kMostSpare = 2 * WriteBehind::kMostWaiting / WriteBehind::kPiece;

}  // namespace

WriteBehind::~WriteBehind() {
  {
    const std::lock_guard guard(mutex_);
    is_ending_ = true;
  }
  there_is_work_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void WriteBehind::start_threads() {
  if (std::exchange(was_started_, true)) return;
  try {
    while (threads_.size() < most_threads_) threads_.emplace_back([this] { work(); });
  } catch (const std::system_error&) {
    // As under RLIMIT_NPROC: those that could be started do it all.
  }
}

void WriteBehind::Lane::put(std::span<const std::byte> bytes) {
  pool_.start_threads();
  if (pool_.threads_.empty()) return work_(bytes);
  while (!bytes.empty()) {
    const auto piece = bytes.first(std::min(bytes.size(), kPiece - filling_.size()));
    filling_.insert(filling_.end(), piece.begin(), piece.end());
    bytes = bytes.subspan(piece.size());
    if (filling_.size() == kPiece) hand_over();
  }
}

void WriteBehind::Lane::hand_over() {
  std::unique_lock lock(pool_.mutex_);
  pool_.something_is_done_.wait(lock, [&] { return pool_.waiting_bytes_ < kMostWaiting; });
  pool_.waiting_bytes_ += filling_.size();
  waiting_.push_back(std::exchange(filling_, {}));
  if (!pool_.spare_.empty()) {
    filling_ = std::move(pool_.spare_.back());
    filling_.clear();
    pool_.spare_.pop_back();
  }
  if (std::exchange(is_queued_, true)) return;
  pool_.queue_.push_back(this);
  lock.unlock();
  pool_.there_is_work_.notify_one();
}

void WriteBehind::Lane::settle() {
  if (!filling_.empty()) hand_over();
  std::unique_lock lock(pool_.mutex_);
  pool_.something_is_done_.wait(lock, [this] { return !is_queued_; });
}

void WriteBehind::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    there_is_work_.wait(lock, [this] { return is_ending_ || !queue_.empty(); });
    if (queue_.empty()) return;
    Lane& lane = *queue_.front();
    queue_.pop_front();
    std::vector<std::byte> bytes = std::move(lane.waiting_.front());
    lane.waiting_.pop_front();
    lock.unlock();
    lane.work_(bytes);
    lock.lock();
    waiting_bytes_ -= bytes.size();
    if (spare_.size() < kMostSpare) spare_.push_back(std::move(bytes));
    // Behind the others: the lanes take turns. The last look at the lane, which may go now.
    if (lane.waiting_.empty()) {
      lane.is_queued_ = false;
    } else {
      queue_.push_back(&lane);
    }
    something_is_done_.notify_all();
  }
}

}  // namespace hubward
