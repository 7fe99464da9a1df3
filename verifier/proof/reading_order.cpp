#include "verifier/proof/reading_order.h"

#include <algorithm>

namespace hubward {
namespace {

constexpr std::size_t kTogether = 16;

}  // namespace

ReadingOrder::ReadingOrder(
    std::vector<std::uint32_t> jobs,
    const std::function<std::optional<std::uint64_t>(std::uint32_t)>& size_of, std::size_t workers)
    : jobs_(std::move(jobs)), workers_(workers) {
  const auto sized = std::stable_partition(
      jobs_.begin(), jobs_.end(), [&](std::uint32_t job) { return !size_of(job).has_value(); });
  const auto large = std::stable_partition(
      sized, jobs_.end(), [&](std::uint32_t job) { return *size_of(job) < kLargeFrom; });
  unsized_end_ = static_cast<std::size_t>(sized - jobs_.begin());
  small_end_ = static_cast<std::size_t>(large - jobs_.begin());
  next_small_ = unsized_end_;
  looking_ = (unsized_end_ + kTogether - 1) / kTogether;
  for (auto job = sized; job != large; ++job) small_bytes_ += *size_of(*job);
  for (auto job = large; job != jobs_.end(); ++job) {
    large_.push_back({*size_of(*job), *job});
    large_bytes_ += large_.back().size;
  }
  std::make_heap(large_.begin(), large_.end());
  out_.reserve(jobs_.size());
  known_bytes_ = small_bytes_ + large_bytes_;
}

ReadingOrder::Item ReadingOrder::take(const Load& load) {
  if (const auto jobs = some(next_unsized_, unsized_end_); !jobs.empty()) return {jobs, true};
  if (const auto large = take_large(load)) return *large;
  if (is_one_too_many(0, 0, load)) return {};
  return {some(next_small_, small_end_)};
}

std::span<const std::uint32_t> ReadingOrder::some(std::atomic<std::size_t>& next,
                                                  std::size_t end) const {
  // Looked at first, so that it does not run on for ever.
  if (next.load() >= end) return {};
  const std::size_t first = next.fetch_add(kTogether);
  if (first >= end) return {};
  return std::span(jobs_).subspan(first, std::min(kTogether, end - first));
}

/// nullopt: there is none, now or for ever.
std::optional<ReadingOrder::Item> ReadingOrder::take_large(const Load& load) {
  std::unique_lock lock(mutex_);
  if (load.files == 0) {
    changed_.wait(lock, [&] { return looking_ == 0 || !large_.empty(); });
  }
  if (large_.empty()) return std::nullopt;
  if (is_one_too_many(large_.front().size, large_bytes_, load)) return Item{};
  std::pop_heap(large_.begin(), large_.end());
  const Large taken = large_.back();
  large_.pop_back();
  large_bytes_ -= taken.size;
  out_.push_back(taken.job);
  return Item{std::span(out_).last(1)};
}

void ReadingOrder::put_back(std::uint32_t job, std::uint64_t size) {
  const std::scoped_lock lock(mutex_);
  large_.push_back({size, job});
  std::push_heap(large_.begin(), large_.end());
  large_bytes_ += size;
  changed_.notify_one();
}

void ReadingOrder::note_sized() {
  const std::scoped_lock lock(mutex_);
  if (--looking_ == 0) changed_.notify_all();
}

/// A worker's fair share of all bytes to come, in files as long as its longest, is as many as it
/// should have.
/// @param next     bytes of a large file that it would take
/// @param waiting  bytes of all that nobody has taken
bool ReadingOrder::is_one_too_many(std::uint64_t next, std::uint64_t waiting,
                                   const Load& load) const {
  if (load.files == 0) return false;
  const std::uint64_t longest = std::max(load.longest, next);
  if (longest < kLargeFrom) return false;
  const std::uint64_t left = waiting + small_bytes_ + to_come_.load();
  const double share =
      static_cast<double>(left) / (static_cast<double>(workers_) * static_cast<double>(longest));
  return static_cast<double>(load.files + 1) > share + 0.5;
}

}  // namespace hubward
