#include "verifier/proof/reading_order.h"

#include <algorithm>

namespace hubward {
namespace {

// Below this the order of reading hardly changes when all is read, and files that lie together are
// read together, with their folder still open.
constexpr std::uint64_t kLargeFrom = std::uint64_t{1} << 20U;
constexpr std::size_t kTogether = 16;

}  // namespace

ReadingOrder::ReadingOrder(std::vector<std::uint32_t> jobs,
                           const std::function<std::uint64_t(std::uint32_t)>& size_of,
                           std::size_t workers)
    : jobs_(std::move(jobs)), workers_(workers) {
  const auto small = std::stable_partition(
      jobs_.begin(), jobs_.end(), [&](std::uint32_t job) { return size_of(job) >= kLargeFrom; });
  std::stable_sort(jobs_.begin(), small,
                   [&](std::uint32_t a, std::uint32_t b) { return size_of(a) > size_of(b); });
  for (auto job = jobs_.begin(); job != small; ++job) large_.push_back(size_of(*job));
  for (auto job = small; job != jobs_.end(); ++job) small_bytes_ += size_of(*job);
  left_from_.resize(large_.size() + 1);
  for (std::size_t at = large_.size(); at-- > 0;) left_from_[at] = left_from_[at + 1] + large_[at];
  known_bytes_ = left_from_.front() + small_bytes_;
}

std::span<const std::uint32_t> ReadingOrder::take(const Load& load) {
  std::size_t at = next_;
  do {
    if (at >= items() || is_one_too_many(at, load)) return {};
  } while (!next_.compare_exchange_weak(at, at + 1));
  return item(at);
}

std::size_t ReadingOrder::items() const {
  return large_.size() + (jobs_.size() - large_.size() + kTogether - 1) / kTogether;
}

std::span<const std::uint32_t> ReadingOrder::item(std::size_t at) const {
  const std::span all(jobs_);
  if (at < large_.size()) return all.subspan(at, 1);
  const std::size_t first = large_.size() + (at - large_.size()) * kTogether;
  return all.subspan(first, std::min(kTogether, all.size() - first));
}

/// A worker's fair share of all bytes to come, in files as long as its longest, is as many as it
/// should have.
bool ReadingOrder::is_one_too_many(std::size_t at, const Load& load) const {
  if (load.files == 0) return false;
  const bool is_large = at < large_.size();
  const std::uint64_t longest = std::max(load.longest, is_large ? large_[at] : 0);
  if (longest < kLargeFrom) return false;
  const std::uint64_t left =
      left_from_[std::min(at, large_.size())] + small_bytes_ + to_come_.load();
  const double share =
      static_cast<double>(left) / (static_cast<double>(workers_) * static_cast<double>(longest));
  return static_cast<double>(load.files + 1) > share + 0.5;
}

}  // namespace hubward
