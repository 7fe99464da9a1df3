#include "runner/fetch/hashed_file.h"

#include "tests/support/temporary_folder.h"

#include <gmock/gmock.h>

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <string>

namespace hubward::test {
namespace {

class HashedFileTest : public testing::TestWithParam<bool> {
 protected:
  WriteBehind* behind() { return GetParam() ? &pool_ : nullptr; }
  PartialFile partial() {
    auto made = PartialFile::create(blobs_.get(), "stem", "blobs");
    EXPECT_TRUE(made);
    return std::move(*made);
  }

  TemporaryFolder folder_;
  UniqueFd blobs_{::open(folder_.path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  WriteBehind pool_{2};
};

std::span<const std::byte> bytes(std::string_view text) { return std::as_bytes(std::span(text)); }

TEST_P(HashedFileTest, TheDigestIsThatOfAllBytesAndTheyAreInTheFile) {
  const std::string text(3'000'000, 'x');
  HashedFile file(partial(), DigestAlgorithm::git_sha1, 2 * text.size(), behind());
  ASSERT_TRUE(file.append(bytes(text)));
  ASSERT_TRUE(file.append(bytes(text)));
  EXPECT_EQ(file.size(), 2 * text.size());
  const auto got = file.finish();
  ASSERT_TRUE(got);
  EXPECT_EQ(*got, digest_of(DigestAlgorithm::git_sha1, text + text));
  EXPECT_EQ(file.file().size(), 2 * text.size());
  file.file().remove();
}

TEST_P(HashedFileTest, WhatCameBeforeARestartCountsNoMore) {
  HashedFile file(partial(), DigestAlgorithm::sha256, 3, behind());
  ASSERT_TRUE(file.append(bytes(std::string(2'000'000, 'x'))));
  ASSERT_TRUE(file.restart());
  EXPECT_EQ(file.size(), 0U);
  ASSERT_TRUE(file.append(bytes("abc")));
  const auto got = file.finish();
  ASSERT_TRUE(got);
  EXPECT_EQ(*got, digest_of(DigestAlgorithm::sha256, "abc"));
  EXPECT_EQ(file.file().size(), 3U);
  file.file().remove();
}

TEST_P(HashedFileTest, AWriteThatFailsIsToldAtTheEndAtTheLatest) {
  struct rlimit before = {};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  struct rlimit small = before;
  small.rlim_cur = 1'000'000;
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  HashedFile file(partial(), DigestAlgorithm::sha256, 4'000'000, behind());
  bool was_told = false;
  for (int i = 0; i < 4 && !was_told; ++i) {
    was_told = !file.append(bytes(std::string(1'000'000, 'x')));
  }
  const auto got = file.finish();
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
  std::signal(SIGXFSZ, handler);
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().sys_errno, EFBIG);
  file.file().remove();
}

INSTANTIATE_TEST_SUITE_P(AtOnceAndBehind, HashedFileTest, testing::Bool(),
                         [](const auto& is) { return is.param ? "Behind" : "AtOnce"; });

}  // namespace
}  // namespace hubward::test
