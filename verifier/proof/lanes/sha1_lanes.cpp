#include "verifier/proof/lanes/sha1_lanes.h"

#include "verifier/proof/lanes/kernels.h"

#include <algorithm>
#include <cstring>
#include <vector>

namespace hubward {

namespace {

constexpr std::array<std::uint32_t, kSha1Words> kInitial = {0x67452301, 0xefcdab89, 0x98badcfe,
                                                            0x10325476, 0xc3d2e1f0};

#if defined(HUBWARD_X86_LANES)
template <auto* kernel>
void advance(const std::byte* const* lanes, std::size_t blocks, Sha1LaneStates& states) {
  std::array<const unsigned char*, kMostSha1Lanes> plain{};
  std::transform(lanes, lanes + kMostSha1Lanes, plain.begin(), [](const std::byte* lane) {
    return reinterpret_cast<const unsigned char*>(lane);
  });
  kernel(plain.data(), blocks, states[0].data(), kMostSha1Lanes);
}

std::vector<Sha1Kernel> kernels_of_this_processor() {
  std::vector<Sha1Kernel> kernels;
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f") != 0 && __builtin_cpu_supports("avx512bw") != 0) {
    kernels.push_back({"avx512", 16, advance<lanes::sha1_avx512>});
  }
  if (__builtin_cpu_supports("avx2") != 0) {
    kernels.push_back({"avx2", 8, advance<lanes::sha1_avx2>});
  }
  return kernels;
}
#else
std::vector<Sha1Kernel> kernels_of_this_processor() { return {}; }
#endif

/// Some of the messages in flight, each in a lane of its own.
class Flight {
 public:
  Flight(const Sha1Kernel& kernel, std::span<Sha1Message> messages)
      : kernel_(kernel), messages_(messages) {
    for (std::size_t word = 0; word < kSha1Words; ++word) states_[word].fill(kInitial[word]);
  }

  void land() {
    for (std::size_t done = 0; done < longest();) {
      const std::size_t step = to_next_landing(done);
      kernel_.advance(lanes_from(done).data(), step, states_);
      done += step;
      for (std::size_t i = 0; i < messages_.size(); ++i) {
        if (messages_[i].count != done) continue;
        for (std::size_t word = 0; word < kSha1Words; ++word) {
          messages_[i].digest[word] = states_[word][i];
        }
      }
    }
  }

 private:
  std::size_t longest() const { return std::ranges::max(messages_, {}, &Sha1Message::count).count; }

  /// Blocks until the next message ends.
  std::size_t to_next_landing(std::size_t done) const {
    std::size_t step = longest() - done;
    for (const Sha1Message& message : messages_) {
      if (message.count > done) step = std::min(step, message.count - done);
    }
    return step;
  }

  /// A lane that has nothing left reads along with one that has; its result is not looked at.
  std::array<const std::byte*, kMostSha1Lanes> lanes_from(std::size_t done) const {
    const auto live = std::ranges::find_if(
        messages_, [&](const Sha1Message& message) { return message.count > done; });
    std::array<const std::byte*, kMostSha1Lanes> lanes{};
    lanes.fill(live->blocks + done * kSha1BlockBytes);
    for (std::size_t i = 0; i < messages_.size(); ++i) {
      if (messages_[i].count > done) lanes[i] = messages_[i].blocks + done * kSha1BlockBytes;
    }
    return lanes;
  }

  const Sha1Kernel& kernel_;
  std::span<Sha1Message> messages_;
  Sha1LaneStates states_{};
};

}  // namespace

std::span<const Sha1Kernel> sha1_kernels() {
  static const std::vector<Sha1Kernel> kernels = kernels_of_this_processor();
  return kernels;
}

void hash_in_lanes(const Sha1Kernel& kernel, std::span<Sha1Message> messages) {
  while (!messages.empty()) {
    const std::size_t some = std::min(kernel.lanes, messages.size());
    Flight(kernel, messages.first(some)).land();
    messages = messages.subspan(some);
  }
}

std::size_t pad_sha1(std::byte* message, std::size_t size) {
  constexpr std::size_t kLengthBytes = 8;
  const std::size_t blocks = (size + 1 + kLengthBytes + kSha1BlockBytes - 1) / kSha1BlockBytes;
  std::byte* const end = message + blocks * kSha1BlockBytes;
  message[size] = std::byte{0x80};
  std::memset(message + size + 1, 0, static_cast<std::size_t>(end - message) - size - 1);
  std::uint64_t bits = std::uint64_t{size} * 8;
  for (std::byte* byte = end - 1; bits != 0; --byte, bits >>= 8) {
    *byte = static_cast<std::byte>(bits & 0xff);
  }
  return blocks;
}

}  // namespace hubward
