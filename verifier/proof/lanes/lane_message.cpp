#include "verifier/proof/lanes/lane_message.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <string_view>

namespace hubward {
namespace {

using Words = std::array<std::uint32_t, kMostHashWords>;

// FIPS 180-4 5.3.1 and 5.3.3.
constexpr Words kSha1 = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};
constexpr Words kSha256 = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                           0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

}  // namespace

void LaneMessage::begin(DigestAlgorithm algorithm, std::uint64_t size, std::size_t count) {
  algorithm_ = algorithm;
  is_ended_ = false;
  state_ = algorithm == DigestAlgorithm::git_sha1 ? kSha1 : kSha256;
  begin_ = kHeaderBytes;
  end_ = kHeaderBytes + count;
  length_ = count;
  if (algorithm != DigestAlgorithm::git_sha1) return;
  std::array<char, kHeaderBytes> header;
  constexpr std::string_view kKind = "blob ";
  char* end = std::copy(kKind.begin(), kKind.end(), header.data());
  end = std::to_chars(end, header.data() + header.size(), size).ptr;
  *end++ = '\0';
  const auto length = static_cast<std::size_t>(end - header.data());
  begin_ -= length;
  length_ += length;
  std::memcpy(memory_.data() + begin_, header.data(), length);
}

std::span<std::byte> LaneMessage::room() {
  move_rest_to_front();
  return memory_.subspan(end_, kRoomBytes - end_);
}

void LaneMessage::take(std::size_t count) {
  end_ += count;
  length_ += count;
}

/// There is memory for the padding: what waits begins within the first block, or is less than one.
void LaneMessage::end() {
  constexpr std::size_t kLengthBytes = 8;
  const std::size_t padded =
      (end_ - begin_ + 1 + kLengthBytes + kHashBlockBytes - 1) / kHashBlockBytes;
  std::byte* const end = memory_.data() + begin_ + padded * kHashBlockBytes;
  memory_[end_] = std::byte{0x80};
  std::fill(memory_.data() + end_ + 1, end, std::byte{0});
  std::uint64_t bits = length_ * 8;
  for (std::byte* byte = end - 1; bits != 0; --byte, bits >>= 8U) *byte = std::byte(bits & 0xffU);
  end_ = begin_ + padded * kHashBlockBytes;
  is_ended_ = true;
}

Digest LaneMessage::digest() const {
  std::array<std::byte, 4 * kMostHashWords> bytes{};
  for (std::size_t word = 0; word < state_.size(); ++word) {
    for (std::size_t i = 0; i < 4; ++i)
      bytes[4 * word + i] = std::byte(state_[word] >> (24 - 8 * i));
  }
  const std::size_t size = algorithm_ == DigestAlgorithm::git_sha1 ? 20 : 32;
  return *Digest::from_bytes(algorithm_, std::span(bytes).first(size));
}

void LaneMessage::move_rest_to_front() {
  if (begin_ == 0) return;
  std::memmove(memory_.data(), memory_.data() + begin_, end_ - begin_);
  end_ -= begin_;
  begin_ = 0;
}

/// By as many blocks as the one that has least. Lanes that are left over read along with the first;
/// what comes out of them is not looked at.
void LaneMessage::advance_group(const LaneKernel& kernel, std::span<LaneMessage* const> group) {
  std::array<std::uint32_t, kMostHashWords * kMostLanes> states;
  std::array<const unsigned char*, kMostLanes> lanes;
  std::size_t blocks = group.front()->blocks();
  for (std::size_t i = 0; i < kernel.lanes; ++i) {
    const LaneMessage& message = *group[i < group.size() ? i : 0];
    blocks = std::min(blocks, message.blocks());
    lanes[i] = reinterpret_cast<const unsigned char*>(message.memory_.data() + message.begin_);
    for (std::size_t word = 0; word < kMostHashWords; ++word) {
      states[word * kMostLanes + i] = message.state_[word];
    }
  }
  kernel.advance(lanes.data(), blocks, states.data(), kMostLanes);
  for (std::size_t i = 0; i < group.size(); ++i) {
    group[i]->begin_ += blocks * kHashBlockBytes;
    for (std::size_t word = 0; word < kMostHashWords; ++word) {
      group[i]->state_[word] = states[word * kMostLanes + i];
    }
  }
}

void hash_on(const LanePlan& plan, std::span<LaneMessage* const> messages) {
  while (!messages.empty()) {
    const LaneKernel& kernel = plan.kernel_for(messages.size());
    const std::size_t some = std::min(kernel.lanes, messages.size());
    LaneMessage::advance_group(kernel, messages.first(some));
    messages = messages.subspan(some);
  }
}

}  // namespace hubward
