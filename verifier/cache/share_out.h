// Work by index on all cores: each worker takes the next index and writes its own slot, so there is
// no lock and no order in what comes out.
#pragma once

#include <atomic>
#include <cstddef>
#include <system_error>
#include <thread>
#include <vector>

namespace hubward {

/// No more than descriptors are allowed for (`ulimit -n`), or what is sound would seem unreadable.
/// @param jobs  0: one for each processor that this process may run on, which are fewer under
///              `taskset` and in some containers
/// @param most  more have nothing to do
std::size_t threads_for(unsigned jobs, std::size_t most);

/// What each of so many threads may have open at once, at least 1.
std::size_t descriptors_for_each(std::size_t threads);

/// The same of a process that may have so many: how many threads, at least 1, and what for each.
std::size_t threads_within(std::size_t descriptors);
std::size_t descriptors_for_each(std::size_t threads, std::size_t descriptors);

/// Calls `work` once in each of so many threads, fewer where the system gives no more. The calling
/// thread works too; all are joined on return.
template <class Work>
void work_together(std::size_t threads, const Work& work) {
  std::vector<std::jthread> others;
  try {
    for (std::size_t i = 1; i < threads; ++i) others.emplace_back(work);
  } catch (const std::system_error&) {
    // As under RLIMIT_NPROC: those that could be started do it all.
  }
  work();
}

/// Calls `make_worker()` once a thread and the callable it returns once for each index below
/// `count`.
template <class MakeWorker>
void share_out(unsigned jobs, std::size_t count, const MakeWorker& make_worker) {
  std::atomic<std::size_t> next{0};
  work_together(threads_for(jobs, count), [&] {
    auto worker = make_worker();
    for (std::size_t at = next++; at < count; at = next++) worker(at);
  });
}

}  // namespace hubward
