#include "verifier/proof/hasher.h"

#include <gtest/gtest.h>

#include <string>

namespace hubward {
namespace {

std::span<const std::byte> bytes_of(std::string_view text) {
  return std::as_bytes(std::span(text));
}

std::string md5_of(std::string_view text) {
  Md5Hasher hasher;
  hasher.update(bytes_of(text));
  return hasher.finish_hex();
}

TEST(Hasher, KnownContentsHaveTheirGitIds) {
  EXPECT_EQ(digest_of(DigestAlgorithm::git_sha1, "Hello, World!").hex(),
            "b45ef6fec89518d314f546fd6c3025367b721684");
  EXPECT_EQ(digest_of(DigestAlgorithm::git_sha1, "").hex(),
            "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391");
}

TEST(Hasher, KnownContentsHaveTheirSha256) {
  EXPECT_EQ(digest_of(DigestAlgorithm::sha256, "").hex(),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(digest_of(DigestAlgorithm::sha256, "abc").hex(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(
      digest_of(DigestAlgorithm::sha256, "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")
          .hex(),
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(digest_of(DigestAlgorithm::sha256, std::string(1'000'000, 'a')).hex(),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Hasher, PiecesOfAnySizeGiveTheDigestOfTheWhole) {
  std::string content;
  for (int i = 0; i < 1000; ++i) content += std::to_string(i);
  for (const auto algorithm : {DigestAlgorithm::git_sha1, DigestAlgorithm::sha256}) {
    for (const std::size_t piece : {1u, 63u, 64u, 65u, 1000u}) {
      Hasher hasher(algorithm);
      hasher.reset(content.size());
      for (std::string_view rest = content; !rest.empty();
           rest.remove_prefix(std::min(piece, rest.size()))) {
        hasher.update(bytes_of(rest.substr(0, piece)));
      }
      EXPECT_EQ(hasher.finish(), digest_of(algorithm, content)) << piece;
    }
  }
}

TEST(Hasher, TheAnnouncedSizeIsPartOfAGitIdAndNotOfASha256) {
  Hasher git(DigestAlgorithm::git_sha1);
  git.reset(4);
  git.update(bytes_of("abc"));
  EXPECT_NE(git.finish(), digest_of(DigestAlgorithm::git_sha1, "abc"));

  Hasher plain(DigestAlgorithm::sha256);
  plain.reset(4);
  plain.update(bytes_of("abc"));
  EXPECT_EQ(plain.finish(), digest_of(DigestAlgorithm::sha256, "abc"));
}

TEST(Hasher, ResetForgetsWhatCameBefore) {
  Hasher hasher(DigestAlgorithm::sha256);
  hasher.update(bytes_of("something else"));
  hasher.reset(3);
  hasher.update(bytes_of("abc"));
  const Digest first = hasher.finish();
  hasher.reset(3);
  hasher.update(bytes_of("abc"));
  EXPECT_EQ(hasher.finish(), first);
  EXPECT_EQ(first, digest_of(DigestAlgorithm::sha256, "abc"));
}

TEST(Hasher, PeekTellsThePrefixAndDoesNotEndTheStream) {
  Hasher hasher(DigestAlgorithm::sha256);
  hasher.update(bytes_of("ab"));
  EXPECT_EQ(hasher.peek(), digest_of(DigestAlgorithm::sha256, "ab"));
  hasher.update(bytes_of("c"));
  EXPECT_EQ(hasher.peek(), digest_of(DigestAlgorithm::sha256, "abc"));
  EXPECT_EQ(hasher.finish(), digest_of(DigestAlgorithm::sha256, "abc"));
}

TEST(Hasher, MovesWithItsState) {
  Hasher first(DigestAlgorithm::sha256);
  first.update(bytes_of("ab"));
  Hasher second = std::move(first);
  second.update(bytes_of("c"));
  EXPECT_EQ(second.finish(), digest_of(DigestAlgorithm::sha256, "abc"));
}

TEST(Md5Hasher, KnownContentsHaveTheirMd5) {
  if (md5_of("").empty()) GTEST_SKIP() << "this libcrypto offers no MD5";
  EXPECT_EQ(md5_of(""), "d41d8cd98f00b204e9800998ecf8427e");
  EXPECT_EQ(md5_of("message digest"), "f96b697d7cb7938d525a2f31aaf161d0");
}

// Size and ids of a live file (hub-cache-format 4.6): bert-base-uncased, pytorch_model.bin.
TEST(LfsPointerText, HasTheGitIdThatTheHubLists) {
  const auto sha256 =
      Digest::from_hex("097417381d6c7230bd9e3557456d726de6e83245ec8b24f529f60198a67b203a");
  ASSERT_TRUE(sha256);
  const std::string text = lfs_pointer_text(*sha256, 440473133);
  EXPECT_EQ(text.size(), 134u);
  EXPECT_EQ(digest_of(DigestAlgorithm::git_sha1, text).hex(),
            "ba5d19791be1dd7992e33bd61f20207b0f7f50a5");
}

}  // namespace
}  // namespace hubward
