#include "verifier/proof/lanes/sha1_lanes.h"

#include "verifier/proof/hasher.h"
#include "verifier/proof/sha1_batch.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>

#include <algorithm>
#include <cstring>
#include <random>
#include <string>
#include <vector>

namespace hubward {
namespace {

std::string hex_of(const std::array<std::uint32_t, kSha1Words>& words) {
  std::string hex;
  for (const std::uint32_t word : words) hex += fmt::format("{:08x}", word);
  return hex;
}

std::string openssl_sha1(std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> raw{};
  unsigned size = 0;
  EXPECT_EQ(EVP_Digest(text.data(), text.size(), raw.data(), &size, EVP_sha1(), nullptr), 1);
  std::string hex;
  for (unsigned i = 0; i < size; ++i) hex += fmt::format("{:02x}", raw[i]);
  return hex;
}

std::string random_text(std::size_t size, std::mt19937_64& random) {
  std::string text(size, '\0');
  for (char& c : text) c = static_cast<char>(random() & 0xff);
  return text;
}

/// The SHA-1 of each, all in flight together.
std::vector<std::string> in_lanes(const Sha1Kernel& kernel, const std::vector<std::string>& texts) {
  std::vector<std::vector<std::byte>> padded;
  std::vector<Sha1Message> messages;
  for (const std::string& text : texts) {
    auto& bytes = padded.emplace_back(text.size() + 72, std::byte{0xee});
    std::memcpy(bytes.data(), text.data(), text.size());
    messages.push_back({bytes.data(), pad_sha1(bytes.data(), text.size())});
  }
  hash_in_lanes(kernel, messages);
  std::vector<std::string> hex;
  for (const Sha1Message& message : messages) hex.push_back(hex_of(message.digest));
  return hex;
}

void expect_openssl(const Sha1Kernel& kernel, const std::vector<std::string>& texts) {
  const auto hex = in_lanes(kernel, texts);
  for (std::size_t i = 0; i < texts.size(); ++i) {
    ASSERT_EQ(hex[i], openssl_sha1(texts[i])) << kernel.name << ", length " << texts[i].size();
  }
}

TEST(Sha1Lanes, TheVectorsOfTheStandardComeOut) {
  for (const Sha1Kernel& kernel : sha1_kernels()) {
    const auto hex =
        in_lanes(kernel, {"abc", "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", "",
                          std::string(1'000'000, 'a')});
    EXPECT_EQ(hex[0], "a9993e364706816aba3e25717850c26c9cd0d89d") << kernel.name;
    EXPECT_EQ(hex[1], "84983e441c3bd26ebaae4aa1f95129e5e54670f1") << kernel.name;
    EXPECT_EQ(hex[2], "da39a3ee5e6b4b0d3255bfef95601890afd80709") << kernel.name;
    EXPECT_EQ(hex[3], "34aa973cd4c4daa4f61eeb2bdbad27316534016f") << kernel.name;
  }
}

TEST(Sha1Lanes, EveryLengthUpToFourKilobytesAgreesWithOpenSsl) {
  std::mt19937_64 random(1);
  for (const Sha1Kernel& kernel : sha1_kernels()) {
    std::vector<std::string> texts;
    for (std::size_t length = 0; length <= 4096; ++length) {
      texts.push_back(random_text(length, random));
    }
    expect_openssl(kernel, texts);
  }
}

TEST(Sha1Lanes, AnyMixOfLengthsInAnyNumberOfLanesAgreesWithOpenSsl) {
  std::mt19937_64 random(2);
  for (const Sha1Kernel& kernel : sha1_kernels()) {
    for (int mix = 0; mix < 200; ++mix) {
      std::vector<std::string> texts(1 + random() % (2 * kMostSha1Lanes + 1));
      for (std::string& text : texts) text = random_text(random() % (random() % 4096 + 1), random);
      expect_openssl(kernel, texts);
    }
  }
}

TEST(Sha1Lanes, PaddingFillsWholeBlocksAndTouchesNothingElse) {
  for (const std::size_t size : {0u, 1u, 54u, 55u, 56u, 63u, 64u, 119u, 120u}) {
    std::vector<std::byte> bytes(size + 80, std::byte{0x11});
    const std::size_t blocks = pad_sha1(bytes.data(), size);
    EXPECT_EQ(blocks, (size + 72) / 64) << size;
    EXPECT_TRUE(std::all_of(bytes.begin(), bytes.begin() + static_cast<long>(size),
                            [](std::byte byte) { return byte == std::byte{0x11}; }));
    EXPECT_EQ(bytes[blocks * 64], std::byte{0x11}) << size;
  }
}

/// Adds the texts and takes their ids.
std::vector<Digest> ids_of(Sha1Batch& batch, const std::vector<std::string>& texts) {
  for (const std::string& text : texts) {
    std::memcpy(batch.place().data(), text.data(), text.size());
    batch.add(text.size());
  }
  const auto ids = batch.take();
  return {ids.begin(), ids.end()};
}

TEST(Sha1Batch, GivesTheGitIdOfEveryContentWithEachKernelAndWithout) {
  std::mt19937_64 random(3);
  std::vector<const Sha1Kernel*> kernels{nullptr};
  for (const Sha1Kernel& kernel : sha1_kernels()) kernels.push_back(&kernel);
  for (const Sha1Kernel* kernel : kernels) {
    Sha1Batch batch(kernel);
    for (std::size_t count = 0; count <= Sha1Batch::kMost; ++count) {
      std::vector<std::string> texts(count);
      const std::size_t longest = count % 3 == 0 ? Sha1Batch::kMostBytes : 600;
      for (std::string& text : texts) text = random_text(random() % (longest + 1), random);
      const std::vector<Digest> ids = ids_of(batch, texts);
      ASSERT_EQ(ids.size(), count);
      for (std::size_t i = 0; i < count; ++i) {
        EXPECT_EQ(ids[i], digest_of(DigestAlgorithm::git_sha1, texts[i]));
      }
      EXPECT_EQ(batch.count(), 0U);
    }
  }
}

TEST(Sha1Batch, TakesContentsAsLongAsItSays) {
  for (const Sha1Kernel& kernel : sha1_kernels()) {
    Sha1Batch batch(&kernel);
    const std::vector<std::string> texts(Sha1Batch::kMost, std::string(Sha1Batch::kMostBytes, 'x'));
    for (const Digest& id : ids_of(batch, texts)) {
      EXPECT_EQ(id, digest_of(DigestAlgorithm::git_sha1, texts.front()));
    }
  }
}

}  // namespace
}  // namespace hubward
