#include "verifier/proof/sha1_batch.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <numeric>

namespace hubward {
namespace {

// "blob 32768" and its NUL are 11 bytes.
constexpr std::size_t kHeaderRoom = 16;
constexpr std::size_t kPaddingRoom = kSha1BlockBytes + 8;
constexpr std::size_t kSlotBytes = kHeaderRoom + Sha1Batch::kMostBytes + kPaddingRoom;

// A flight of eight or sixteen lanes takes as long as four or five contents through EVP, however
// many of its lanes are live (docs/performance.md).
constexpr std::size_t kWorthLanes = 5;

const Sha1Kernel* widest_kernel() {
  const auto kernels = sha1_kernels();
  return kernels.empty() ? nullptr : &kernels.front();
}

Digest digest_from(const std::array<std::uint32_t, kSha1Words>& words) {
  std::array<std::byte, 4 * kSha1Words> bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    bytes[i] = static_cast<std::byte>((words[i / 4] >> (24 - 8 * (i % 4))) & 0xff);
  }
  return *Digest::from_bytes(DigestAlgorithm::git_sha1, bytes);
}

}  // namespace

Sha1Batch::Sha1Batch() : Sha1Batch(widest_kernel()) {}

Sha1Batch::Sha1Batch(const Sha1Kernel* kernel)
    : kernel_(kernel), memory_(std::make_unique_for_overwrite<std::byte[]>(kMost * kSlotBytes)) {}

std::byte* Sha1Batch::content_of(std::size_t at) {
  return memory_.get() + at * kSlotBytes + kHeaderRoom;
}

std::span<const Digest> Sha1Batch::take() {
  digests_.clear();
  const std::size_t whole = std::accumulate(sizes_.begin(), sizes_.end(), std::size_t{0});
  const bool pays = kernel_ != nullptr && !sizes_.empty() &&
                    whole >= kWorthLanes * std::ranges::max(sizes_) && sizes_.size() >= kWorthLanes;
  if (pays) {
    hash_in_lanes();
  } else {
    hash_one_by_one();
  }
  sizes_.clear();
  return digests_;
}

void Sha1Batch::hash_in_lanes() {
  messages_.clear();
  for (std::size_t i = 0; i < sizes_.size(); ++i) {
    std::array<char, kHeaderRoom> header{};
    const auto end = fmt::format_to(header.data(), "blob {}", sizes_[i]);
    const std::size_t length = static_cast<std::size_t>(end - header.data()) + 1;  // with its NUL
    std::byte* const message = content_of(i) - length;
    std::memcpy(message, header.data(), length);
    messages_.push_back({message, pad_sha1(message, length + sizes_[i])});
  }
  hubward::hash_in_lanes(*kernel_, messages_);
  for (const Sha1Message& message : messages_) digests_.push_back(digest_from(message.digest));
}

void Sha1Batch::hash_one_by_one() {
  for (std::size_t i = 0; i < sizes_.size(); ++i) {
    hasher_.reset(sizes_[i]);
    hasher_.update({content_of(i), sizes_[i]});
    digests_.push_back(hasher_.finish());
  }
}

}  // namespace hubward
