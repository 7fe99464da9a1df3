#include <hubward/digest.h>

#include <gtest/gtest.h>

namespace hubward {
namespace {

constexpr char kGitId[] = "b45ef6fec89518d314f546fd6c3025367b721684";

TEST(Digest, FortyLowercaseHexDigitsAreAGitId) {
  const auto digest = Digest::from_hex(kGitId);
  ASSERT_TRUE(digest);
  EXPECT_EQ(digest->algorithm(), DigestAlgorithm::git_sha1);
  EXPECT_EQ(digest->bytes().size(), 20u);
  EXPECT_EQ(digest->hex(), kGitId);
  EXPECT_EQ(digest->tagged(), std::string("sha1:") + kGitId);
}

TEST(Digest, SixtyFourLowercaseHexDigitsAreASha256) {
  const std::string hex(64, 'a');
  const auto digest = Digest::from_hex(hex);
  ASSERT_TRUE(digest);
  EXPECT_EQ(digest->algorithm(), DigestAlgorithm::sha256);
  EXPECT_EQ(Digest::from_tagged("sha256:" + hex), digest);
}

TEST(Digest, EachByteInEachPlaceCountsAsItselfAlone) {
  for (const std::size_t size : {std::size_t{40}, std::size_t{64}}) {
    for (std::size_t at = 0; at < size; ++at) {
      for (int byte = 0; byte < 256; ++byte) {
        std::string hex(size, '7');
        hex[at] = static_cast<char>(byte);
        const auto digest = Digest::from_hex(hex);
        const bool is_digit = (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'f');
        ASSERT_EQ(digest.has_value(), is_digit) << byte << " at " << at;
        ASSERT_EQ(digest ? digest->hex() : hex, hex);
      }
    }
  }
}

TEST(Digest, OtherLengthsUppercaseAndOtherLettersAreNone) {
  EXPECT_FALSE(Digest::from_hex(std::string(39, 'a')));
  EXPECT_FALSE(Digest::from_hex(std::string(41, 'a')));
  EXPECT_FALSE(Digest::from_hex(std::string(63, 'a')));
  EXPECT_FALSE(Digest::from_hex(std::string(40, 'A')));
  EXPECT_FALSE(Digest::from_hex(std::string(40, 'g')));
  EXPECT_FALSE(Digest::from_tagged("sha256:" + std::string(40, 'a')));
  EXPECT_FALSE(Digest::from_tagged(std::string("md5:") + kGitId));
}

}  // namespace
}  // namespace hubward
