// Work by index on all cores: each worker takes the next index and writes its own slot, so there is
// no lock and no order in what comes out.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <system_error>
#include <thread>
#include <vector>

namespace hubward {

/// Calls `make_worker()` once a thread and the callable it returns once for each index below
/// `count`. The calling thread works too; all are joined on return.
/// @param jobs  threads; 0: one per core. Fewer where the system gives no more
template <class MakeWorker>
void share_out(unsigned jobs, std::size_t count, const MakeWorker& make_worker) {
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    auto worker = make_worker();
    for (std::size_t at = next++; at < count; at = next++) worker(at);
  };
  const std::size_t wanted = jobs == 0 ? std::max(1u, std::thread::hardware_concurrency()) : jobs;
  std::vector<std::jthread> threads;
  try {
    for (std::size_t i = 1; i < std::min(wanted, count); ++i) threads.emplace_back(work);
  } catch (const std::system_error&) {
    // As under RLIMIT_NPROC: those that could be started do it all.
  }
  work();
}

}  // namespace hubward
