#include "verifier/cache/share_out.h"

#include <sched.h>
#include <sys/resource.h>

#include <algorithm>
#include <limits>

namespace hubward {
namespace {

// What std::thread::hardware_concurrency says here is how many processors the machine has.
std::size_t processors() {
  cpu_set_t allowed;
  if (::sched_getaffinity(0, sizeof allowed, &allowed) != 0) {
    return std::thread::hardware_concurrency();
  }
  return static_cast<std::size_t>(CPU_COUNT(&allowed));
}

std::size_t descriptors_allowed() {
  rlimit limit{};
  const bool is_known = ::getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY;
  return is_known ? static_cast<std::size_t>(limit.rlim_cur)
                  : std::numeric_limits<std::size_t>::max();
}

// Streams, the cache's root, a ledger, a lock, and what a caller has open.
constexpr std::size_t kForTheProcess = 16;
// Eight folders that are kept open (real_folders.h) or as many one within the other, and some
// files.
constexpr std::size_t kForAThread = 16;

}  // namespace

std::size_t threads_for(unsigned jobs, std::size_t most) {
  const std::size_t wanted = jobs == 0 ? processors() : jobs;
  return std::max<std::size_t>(1, std::min({wanted, most, threads_within(descriptors_allowed())}));
}

std::size_t descriptors_for_each(std::size_t threads) {
  return descriptors_for_each(threads, descriptors_allowed());
}

std::size_t threads_within(std::size_t descriptors) {
  return descriptors_for_each(kForAThread, descriptors);
}

std::size_t descriptors_for_each(std::size_t threads, std::size_t descriptors) {
  const std::size_t left = descriptors > kForTheProcess ? descriptors - kForTheProcess : 0;
  return std::max<std::size_t>(1, left / threads);
}

}  // namespace hubward
