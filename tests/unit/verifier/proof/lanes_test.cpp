#include "verifier/proof/lanes/lanes.h"

#include "tests/support/lane_mix.h"
#include "verifier/proof/hasher.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <limits>
#include <ostream>
#include <random>
#include <string>
#include <vector>

namespace hubward::test {
namespace {

/// Every kernel of this machine for both algorithms, each alone.
struct Case {
  DigestAlgorithm algorithm;
  LaneKernel kernel;
};

std::string name_of(const Case& one) {
  const bool is_git = one.algorithm == DigestAlgorithm::git_sha1;
  return fmt::format("{}_{}", is_git ? "git_sha1" : "sha256", one.kernel.name);
}

// Or gtest shows the bytes of its pointers.
void PrintTo(const Case& one, std::ostream* out) { *out << name_of(one); }

std::vector<Case> cases() {
  std::vector<Case> all;
  for (const auto algorithm : {DigestAlgorithm::git_sha1, DigestAlgorithm::sha256}) {
    for (const LaneKernel& kernel : lane_kernels(algorithm)) all.push_back({algorithm, kernel});
  }
  return all;
}

class Lanes : public testing::TestWithParam<Case> {
 protected:
  std::vector<Digest> digests(const std::vector<std::string>& contents) {
    return digests(contents, kMostLanes, [] { return std::numeric_limits<std::size_t>::max(); });
  }
  std::vector<Digest> digests(const std::vector<std::string>& contents, std::size_t width,
                              std::function<std::size_t()> next_piece) {
    return hash_mix(LanePlan({GetParam().kernel}),
                    {.algorithm = GetParam().algorithm, .width = width, .next_piece = next_piece},
                    contents);
  }
  /// What OpenSSL's EVP says.
  void expect_evp(const std::vector<std::string>& contents, const std::vector<Digest>& got) {
    ASSERT_EQ(got.size(), contents.size());
    for (std::size_t i = 0; i < contents.size(); ++i) {
      ASSERT_EQ(got[i], digest_of(GetParam().algorithm, contents[i]))
          << "length " << contents[i].size();
    }
  }
};

std::string random_text(std::size_t size, std::mt19937_64& random) {
  std::string text(size, '\0');
  for (char& c : text) c = static_cast<char>(random() & 0xff);
  return text;
}

// FIPS 180-4's examples; those of SHA-1 as git's ids of the same bytes, made by `git hash-object`.
TEST_P(Lanes, TheVectorsOfTheStandardComeOut) {
  const auto got = digests({"abc", "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", "",
                            std::string(1'000'000, 'a')});
  const bool is_git = GetParam().algorithm == DigestAlgorithm::git_sha1;
  EXPECT_EQ(got[0].hex(), is_git
                              ? "f2ba8f84ab5c1bce84a7b441cb1959cfc7093b7f"
                              : "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(got[1].hex(), is_git
                              ? "199f24ed041a6af4d09fa175444712eb1849af8d"
                              : "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(got[2].hex(), is_git
                              ? "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"
                              : "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(got[3].hex(), is_git
                              ? "de1fbf0c2f34f67f01f355f31ed0cf7319643c5e"
                              : "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_P(Lanes, EveryLengthUpToFourKilobytesAgreesWithEvp) {
  std::mt19937_64 random(1);
  std::vector<std::string> contents;
  for (std::size_t length = 0; length <= 4096; ++length) {
    contents.push_back(random_text(length, random));
  }
  expect_evp(contents, digests(contents));
}

TEST_P(Lanes, AnyMixOfLengthsPiecesAndLanesAgreesWithEvp) {
  std::mt19937_64 random(2);
  for (int mix = 0; mix < 60; ++mix) {
    std::vector<std::string> contents(1 + random() % 40);
    for (std::string& text : contents) {
      text = random_text(random() % (random() % 4096 + 1), random);
    }
    const std::size_t longest = 1 + random() % 3000;
    const auto piece = [&] { return 1 + random() % longest; };
    expect_evp(contents, digests(contents, 1 + random() % kMostLanes, piece));
  }
}

TEST_P(Lanes, LongMessagesKeepTheirStateFromRoomToRoom) {
  std::mt19937_64 random(3);
  std::vector<std::string> contents;
  for (std::size_t i = 0; i < 20; ++i) {
    contents.push_back(random_text(i * 9'973 + LaneMessage::kRoomBytes - 70, random));
  }
  expect_evp(contents, digests(contents));
}

INSTANTIATE_TEST_SUITE_P(Kernels, Lanes, testing::ValuesIn(cases()),
                         [](const auto& one) { return name_of(one.param); });

/// A kernel of the plan's tests, which hashes nothing.
LaneKernel priced(const char* name, std::size_t lanes, double cost) {
  return {name, lanes, cost, nullptr};
}

std::string names_for(const LanePlan& plan, std::size_t messages) {
  std::string names;
  while (messages != 0) {
    const LaneKernel& kernel = plan.kernel_for(messages);
    names += (names.empty() ? "" : "+") + std::string(kernel.name);
    messages -= std::min(messages, kernel.lanes);
  }
  return names;
}

TEST(LanePlan, TakesWhatIsCheapestForSoManyMessages) {
  const LanePlan plan({priced("one", 1, 1), priced("two", 2, 1.6), priced("eight", 8, 5.1),
                       priced("sixteen", 16, 7.6)});
  EXPECT_EQ(names_for(plan, 1), "one");
  EXPECT_EQ(names_for(plan, 2), "two");
  EXPECT_EQ(names_for(plan, 5), "one+two+two");
  EXPECT_EQ(names_for(plan, 7), "eight");
  EXPECT_EQ(names_for(plan, 8), "eight");
  EXPECT_EQ(names_for(plan, 12), "sixteen");
  EXPECT_EQ(names_for(plan, 16), "sixteen");
  EXPECT_EQ(plan.width(), 16U);
}

TEST(LanePlan, IsNoWiderThanPays) {
  EXPECT_EQ(LanePlan({priced("one", 1, 1)}).width(), 1U);
  EXPECT_EQ(
      LanePlan({priced("one", 1, 1), priced("two", 2, 1.05), priced("sixteen", 16, 8.3)}).width(),
      2U);
}

TEST(LanePlan, OfThisMachineHasAKernelForAnyNumberOfMessages) {
  for (const auto algorithm : {DigestAlgorithm::git_sha1, DigestAlgorithm::sha256}) {
    for (const auto& kernels : {lane_kernels(algorithm), measured(lane_kernels(algorithm))}) {
      EXPECT_STREQ(kernels.front().name, "openssl");
      const LanePlan plan(kernels);
      for (std::size_t messages = 1; messages <= kMostLanes; ++messages) {
        EXPECT_NE(plan.kernel_for(messages).advance, nullptr) << messages;
      }
    }
  }
}

TEST(LaneMessage, BytesThatWereThereBeforeItsSizeWasKnownAreHashedWhereTheyLie) {
  std::vector<std::byte> memory(LaneMessage::kMemoryBytes + 1, std::byte{0x11});
  LaneMessage message({memory.data(), LaneMessage::kMemoryBytes});
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{54}, std::size_t{4096},
                                 message.first_room().size()}) {
    for (const auto algorithm : {DigestAlgorithm::git_sha1, DigestAlgorithm::sha256}) {
      std::ranges::fill(message.first_room(), std::byte{0x22});
      Hasher expected(algorithm);
      expected.reset(size);
      expected.update(message.first_room().first(size));
      message.begin(algorithm, size, size);
      message.end();
      LaneMessage* const all[] = {&message};
      const LanePlan of_its_kind(lane_kernels(algorithm));
      while (!message.is_done()) hash_on(of_its_kind, all);
      EXPECT_EQ(message.digest(), expected.finish()) << size;
    }
  }
  EXPECT_EQ(memory.back(), std::byte{0x11});
}

TEST(LaneMessage, PaddingStaysWithinItsMemory) {
  std::vector<std::byte> memory(LaneMessage::kMemoryBytes + 1, std::byte{0x11});
  LaneMessage message({memory.data(), LaneMessage::kMemoryBytes});
  message.begin(DigestAlgorithm::git_sha1, std::numeric_limits<std::uint64_t>::max());
  message.take(message.room().size());
  message.end();
  EXPECT_EQ(message.blocks(), LaneMessage::kRoomBytes / kHashBlockBytes + 1);
  EXPECT_EQ(memory.back(), std::byte{0x11});
}

}  // namespace
}  // namespace hubward::test
