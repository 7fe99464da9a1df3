#include "verifier/proof/lanes/lanes.h"

#include <algorithm>
#include <chrono>
#include <limits>

#if defined(HUBWARD_X86_LANES)
#include <cpuid.h>
#elif defined(HUBWARD_ARMV8_LANES)
#include <sys/auxv.h>
#endif

namespace hubward {
namespace {

#if defined(HUBWARD_X86_LANES)

struct Processor {
  bool shani = false;
  bool avx2 = false;
  bool avx512 = false;
  bool avx512vl = false;

  /// For vectors the compiler's library also asks by XGETBV whether the system saves their
  /// registers. Of the SHA instructions, which have no registers of their own, clang 14's cannot be
  /// asked.
  static Processor this_one() {
    __builtin_cpu_init();
    Processor found;
    found.avx2 = __builtin_cpu_supports("avx2") != 0;
    const bool foundation = __builtin_cpu_supports("avx512f") != 0;
    found.avx512 = foundation && __builtin_cpu_supports("avx512bw") != 0;
    found.avx512vl = foundation && __builtin_cpu_supports("avx512vl") != 0;
    constexpr unsigned kSha = 1U << 29U;
    unsigned a = 0;
    unsigned b = 0;
    unsigned c = 0;
    unsigned d = 0;
    found.shani = __get_cpuid_count(7, 0, &a, &b, &c, &d) != 0 && (b & kSha) != 0 &&
                  __builtin_cpu_supports("sse4.1") != 0;
    return found;
  }
};

// Costs as measured on Intel's Emerald Rapids, and where there is no SHA-NI as those of AVX2 beside
// the scalar rounds there; on AMD's Zen 4 the wide ones of SHA-1 cost a fifth more.
std::vector<LaneKernel> vector_kernels(DigestAlgorithm algorithm) {
  const Processor here = Processor::this_one();
  std::vector<LaneKernel> kernels;
  if (algorithm == DigestAlgorithm::git_sha1) {
    if (here.avx2) kernels.push_back({"avx2", 8, 4.2, lanes::sha1_avx2});
    if (here.avx512vl) kernels.push_back({"avx512vl", 8, 3.2, lanes::sha1_avx512vl});
    if (here.avx512) kernels.push_back({"avx512", 16, 4.6, lanes::sha1_avx512});
  } else {
    if (here.shani) kernels.push_back({"shani", 2, 1.6, lanes::sha256_shani});
    if (here.avx2) kernels.push_back({"avx2", 8, here.shani ? 9.2 : 4.0, lanes::sha256_avx2});
    if (here.avx512vl) kernels.push_back({"avx512vl", 8, 5.1, lanes::sha256_avx512vl});
    if (here.avx512) kernels.push_back({"avx512", 16, 7.6, lanes::sha256_avx512});
  }
  return kernels;
}

#elif defined(HUBWARD_ARMV8_LANES)

// The costs are guesses: these kernels were measured on no such processor, only held against EVP
// under qemu.
std::vector<LaneKernel> vector_kernels(DigestAlgorithm algorithm) {
  const bool is_sha1 = algorithm == DigestAlgorithm::git_sha1;
  const unsigned long wanted = is_sha1 ? HWCAP_SHA1 : HWCAP_SHA2;
  if ((getauxval(AT_HWCAP) & wanted) == 0) return {};
  return {{"armv8", 2, 1.8, is_sha1 ? lanes::sha1_armv8 : lanes::sha256_armv8}};
}

#else

std::vector<LaneKernel> vector_kernels(DigestAlgorithm) { return {}; }

#endif

constexpr std::size_t kTrialBlocks = 32;
constexpr int kTrials = 3;

/// The least time of a few for kTrialBlocks in each lane, in seconds.
double least_time(const LaneKernel& kernel, const std::vector<unsigned char>& bytes) {
  std::array<std::uint32_t, kMostHashWords * kMostLanes> states{};
  std::array<const unsigned char*, kMostLanes> lanes{};
  lanes.fill(bytes.data());
  double least = std::numeric_limits<double>::max();
  for (int trial = 0; trial < kTrials; ++trial) {
    const auto begin = std::chrono::steady_clock::now();
    kernel.advance(lanes.data(), kTrialBlocks, states.data(), kMostLanes);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    least = std::min(least, took.count());
  }
  return least;
}

}  // namespace

std::vector<LaneKernel> lane_kernels(DigestAlgorithm algorithm) {
  std::vector<LaneKernel> kernels = vector_kernels(algorithm);
  const bool is_sha1 = algorithm == DigestAlgorithm::git_sha1;
  kernels.insert(kernels.begin(),
                 {"openssl", 1, 1.0, is_sha1 ? lanes::sha1_openssl : lanes::sha256_openssl});
  return kernels;
}

std::vector<LaneKernel> measured(std::vector<LaneKernel> kernels) {
  const std::vector<unsigned char> bytes(kTrialBlocks * kHashBlockBytes);
  const double unit = least_time(kernels.front(), bytes);
  if (unit <= 0) return kernels;  // by a clock that is too coarse
  for (LaneKernel& kernel : kernels) kernel.cost = least_time(kernel, bytes) / unit;
  return kernels;
}

LanePlan::LanePlan(const std::vector<LaneKernel>& kernels) {
  std::vector<double> cost(kMostLanes + 1);  // of so many messages, each by a block
  // A kernel that is a little faster by a little luck is not worth more files at once.
  constexpr double kPays = 0.95;
  for (std::size_t messages = 1; messages <= kMostLanes; ++messages) {
    cost[messages] = std::numeric_limits<double>::max();
    for (const LaneKernel& kernel : kernels) {
      const double all = kernel.cost + cost[messages - std::min(messages, kernel.lanes)];
      if (all >= cost[messages]) continue;
      cost[messages] = all;
      chosen_[messages] = kernel;
    }
    const auto each = [&](std::size_t count) { return cost[count] / static_cast<double>(count); };
    if (each(messages) < kPays * each(width_)) width_ = messages;
  }
}

}  // namespace hubward
