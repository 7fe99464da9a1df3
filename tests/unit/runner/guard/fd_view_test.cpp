#include "runner/guard/fd_view.h"

#include "verifier/cache/unique_fd.h"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

namespace hubward::test {
namespace {

std::uint64_t inode_of(int fd) {
  struct stat status = {};
  EXPECT_EQ(::fstat(fd, &status), 0);
  return status.st_ino;
}

TEST(FdView, TheFlagsAreOctal) {
  EXPECT_EQ(flags_in("pos:\t0\nflags:\t02004002\nmnt_id:\t10\n"), 02004002U);
  EXPECT_EQ(flags_in("pos:\t0\n"), std::nullopt);
  EXPECT_EQ(flags_in("flags:\tnone\n"), std::nullopt);
  EXPECT_EQ(flags_in(""), std::nullopt);
}

TEST(FdView, EachWatchedDescriptorIsALine) {
  const auto all = watched_in(
      "pos:\t0\nflags:\t02\n"
      "tfd:        5 events: 80000019 data: fffffffffffffff5  pos:0 ino:1a2b sdev:8\n"
      "tfd:       12 events:        1 data:                c  pos:0 ino:1a2c sdev:8\n"
      "tfd: broken\ntfd: 7 events: 1 data: 2");
  EXPECT_EQ(all, (std::vector<WatchedFd>{{5, 0x80000019U, 0xfffffffffffffff5U, 0x1a2bU},
                                         {12, 1, 12, 0x1a2cU}}));
}

TEST(FdView, OneSeesWhoWatchesASocketAndUnderWhichNumbersItIsHeld) {
  const UniqueFd socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  const UniqueFd same(::dup(socket.get()));
  const UniqueFd other(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  const UniqueFd epoll(::epoll_create1(EPOLL_CLOEXEC));
  for (const int fd : {socket.get(), other.get()}) {
    struct epoll_event event = {};
    event.events = EPOLLIN | EPOLLET;
    event.data.u64 = static_cast<std::uint64_t>(fd) + 1000;
    ASSERT_EQ(::epoll_ctl(epoll.get(), EPOLL_CTL_ADD, fd, &event), 0);
  }
  const std::uint64_t inode = inode_of(socket.get());
  const auto watchers = watchers_of(::gettid(), inode);
  ASSERT_EQ(watchers.size(), 1u);
  EXPECT_EQ(watchers[0].epoll, epoll.get());
  EXPECT_EQ(watchers[0].watched.fd, socket.get());
  EXPECT_EQ(watchers[0].watched.data, static_cast<std::uint64_t>(socket.get()) + 1000);
  EXPECT_EQ(watchers[0].watched.events & (EPOLLIN | EPOLLET), EPOLLIN | EPOLLET);

  auto numbers = numbers_of(::gettid(), inode);
  std::ranges::sort(numbers);
  EXPECT_EQ(numbers, (std::vector<int>{std::min(socket.get(), same.get()),
                                       std::max(socket.get(), same.get())}));
  EXPECT_NE(flags_of(::gettid(), socket.get()) & O_CLOEXEC, 0u);
  EXPECT_EQ(flags_of(::gettid(), same.get()) & O_CLOEXEC, 0u);
  EXPECT_TRUE(is_socket(::gettid(), same.get(), inode));
  EXPECT_FALSE(is_socket(::gettid(), other.get(), inode));
}

TEST(FdView, AThreadKnowsItsProcessAndOneThatHasGoneDoesNot) {
  EXPECT_EQ(process_of(::gettid()), ::getpid());
  EXPECT_EQ(process_of(-1), -1);
  EXPECT_TRUE(numbers_of(-1, 1).empty());
}

}  // namespace
}  // namespace hubward::test
