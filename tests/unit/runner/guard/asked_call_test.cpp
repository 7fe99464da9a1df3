// Read of this process's own memory: what a notification names lies there just so.
#include "runner/guard/asked_call.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <linux/audit.h>
#include <linux/net.h>
#include <netinet/in.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstring>
#include <string>
#include <vector>

namespace hubward::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

template <class T>
std::uint64_t at(const T* pointer) {
  return reinterpret_cast<std::uint64_t>(pointer);
}

struct Found {
  Look look = Look::done;
  std::vector<std::string> addresses;
};

Found visited(Call call, std::array<std::uint64_t, 6> arguments, Words words = Words::eight) {
  Found found;
  const AskedCall asked{call, words, ::getpid(), arguments};
  found.look = visit_addresses(asked, [&](const AskedAddress& address) {
    found.addresses.emplace_back(reinterpret_cast<const char*>(address.bytes.data()),
                                 address.bytes.size());
  });
  return found;
}

/// Two pages, of which nobody may read the second.
class Cliff {
 public:
  Cliff() : size_(static_cast<std::size_t>(::getpagesize())) {
    base_ = static_cast<std::byte*>(
        ::mmap(nullptr, 2 * size_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    ::munmap(base_ + size_, size_);
  }
  ~Cliff() { ::munmap(base_, size_); }
  Cliff(const Cliff&) = delete;
  Cliff& operator=(const Cliff&) = delete;
  std::byte* edge() const { return base_ + size_; }

 private:
  std::size_t size_;
  std::byte* base_;
};

TEST(AskedCall, AConnectAndASendNameOneAddress) {
  const std::string address = "0123456789abcdef";
  EXPECT_THAT(visited(Call::connect, {3, at(address.data()), 16}).addresses, ElementsAre(address));
  EXPECT_THAT(visited(Call::sendto, {3, 0, 0, 0, at(address.data()), 8}).addresses,
              ElementsAre("01234567"));
}

TEST(AskedCall, ASizeThatTheKernelRefusesNamesNothing) {
  const std::string address(200, 'x');
  EXPECT_THAT(visited(Call::connect, {3, at(address.data()), 128}).addresses,
              ElementsAre(std::string(128, 'x')));
  EXPECT_THAT(visited(Call::connect, {3, at(address.data()), 129}).addresses, IsEmpty());
  EXPECT_THAT(visited(Call::connect, {3, at(address.data()), 0xffffffff}).addresses, IsEmpty());
  EXPECT_THAT(visited(Call::connect, {3, at(address.data()), 0}).addresses, IsEmpty());
  EXPECT_THAT(visited(Call::connect, {3, 0, 16}).addresses, IsEmpty());
  // The kernel takes an int.
  EXPECT_THAT(visited(Call::connect, {3, at(address.data()), 0x700000002}).addresses,
              ElementsAre("xx"));
}

TEST(AskedCall, WhatIsNotMappedIsTheKernelsToRefuse) {
  const Cliff cliff;
  EXPECT_EQ(visited(Call::connect, {3, at(cliff.edge()), 16}).look, Look::faulty);
  EXPECT_EQ(visited(Call::connect, {3, at(cliff.edge() - 8), 16}).look, Look::faulty);
  EXPECT_EQ(visited(Call::sendmsg, {3, at(cliff.edge() - 8)}).look, Look::faulty);
  EXPECT_EQ(visited(Call::sendmmsg, {3, at(cliff.edge()), 2}).look, Look::faulty);
}

TEST(AskedCall, AMessageNamesItsAddressOrNone) {
  std::string address = "0123456789abcdef";
  msghdr message = {};
  EXPECT_THAT(visited(Call::sendmsg, {3, at(&message)}).addresses, IsEmpty());
  message.msg_name = address.data();
  EXPECT_THAT(visited(Call::sendmsg, {3, at(&message)}).addresses, IsEmpty());
  message.msg_namelen = 16;
  EXPECT_THAT(visited(Call::sendmsg, {3, at(&message)}).addresses, ElementsAre(address));
  // Here the kernel cuts what is too long.
  std::string longer(300, 'x');
  message.msg_name = longer.data();
  message.msg_namelen = 300;
  EXPECT_THAT(visited(Call::sendmsg, {3, at(&message)}).addresses,
              ElementsAre(std::string(128, 'x')));
}

TEST(AskedCall, EveryMessageOfABatchIsLookedAtToTheKernelsMost) {
  std::vector<std::string> names;
  std::vector<mmsghdr> batch(1100);
  names.reserve(batch.size());
  for (std::size_t i = 0; i < batch.size(); ++i) {
    names.push_back(std::to_string(10000 + i));
    batch[i].msg_hdr.msg_name = names.back().data();
    batch[i].msg_hdr.msg_namelen = 5;
  }
  for (const std::size_t count : {0U, 1U, 15U, 16U, 17U, 1023U, 1024U}) {
    const Found found = visited(Call::sendmmsg, {3, at(batch.data()), count});
    ASSERT_EQ(found.addresses.size(), count);
    if (count > 0) {
      EXPECT_EQ(found.addresses.back(), std::to_string(10000 + count - 1));
    }
  }
  EXPECT_EQ(visited(Call::sendmmsg, {3, at(batch.data()), 1025}).addresses.size(), 1024u);
}

TEST(AskedCall, OfABatchThatEndsInAHoleThoseBeforeItAreSeen) {
  const Cliff cliff;
  std::string name = "0123456789abcdef";
  auto* batch = reinterpret_cast<mmsghdr*>(cliff.edge() - 2 * sizeof(mmsghdr));
  for (int i = 0; i < 2; ++i) {
    batch[i].msg_hdr.msg_name = name.data();
    batch[i].msg_hdr.msg_namelen = 16;
  }
  const Found found = visited(Call::sendmmsg, {3, at(batch), 3});
  EXPECT_THAT(found.addresses, ElementsAre(name, name));
  EXPECT_EQ(found.look, Look::faulty);
}

// The kernel reads 56 bytes of an element and writes the 4 behind them; the last 4 are padding, and
// the last element's may lie where nobody can read.
TEST(AskedCall, TheLastOfABatchNeedsNoPaddingBehindIt) {
  static_assert(sizeof(mmsghdr) == 64);
  constexpr std::size_t kTouched = offsetof(mmsghdr, msg_len) + sizeof(unsigned);
  const Cliff cliff;
  std::string name = "0123456789abcdef";
  mmsghdr element = {};
  element.msg_hdr.msg_name = name.data();
  element.msg_hdr.msg_namelen = 16;
  for (const std::size_t count : {1U, 2U, 16U, 17U}) {
    std::byte* const batch = cliff.edge() - kTouched - (count - 1) * sizeof element;
    for (std::size_t i = 0; i < count; ++i) {
      std::memcpy(batch + i * sizeof element, &element, i + 1 < count ? sizeof element : kTouched);
    }
    const Found found = visited(Call::sendmmsg, {3, at(batch), count});
    EXPECT_EQ(found.look, Look::done) << count;
    EXPECT_EQ(found.addresses, std::vector<std::string>(count, name)) << count;
  }
}

/// Memory below 4 GiB, where 32-bit structures can point to.
class LowPage {
 public:
  LowPage()
      : page_(static_cast<std::byte*>(::mmap(nullptr, 4096, PROT_READ | PROT_WRITE,
                                             MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0))) {}
  ~LowPage() { ::munmap(page_, 4096); }
  LowPage(const LowPage&) = delete;
  LowPage& operator=(const LowPage&) = delete;

  std::uint64_t put(std::size_t offset, const void* bytes, std::size_t size) {
    std::memcpy(page_ + offset, bytes, size);
    return at(page_ + offset);
  }
  std::uint64_t put_words(std::size_t offset, const std::vector<std::uint32_t>& words) {
    return put(offset, words.data(), words.size() * 4);
  }
  std::uint32_t address(std::size_t offset) const {
    return static_cast<std::uint32_t>(at(page_ + offset));
  }

 private:
  std::byte* page_;
};

TEST(AskedCall, MessagesOf32BitProgramsAreLaidOutInFourByteWords) {
  LowPage page;
  page.put(1000, "0123456789abcdef", 16);
  page.put(2000, "question", 8);
  page.put_words(100, {page.address(2000), 8});
  const std::uint64_t message =
      page.put_words(0, {page.address(1000), 16, page.address(100), 1, 0, 0, 0, 0});
  EXPECT_THAT(visited(Call::sendmsg, {3, message}, Words::four).addresses,
              ElementsAre("0123456789abcdef"));
  const AskedCall call{Call::sendmsg, Words::four, ::getpid(), {3, message}};
  std::array<std::byte, 100> payload;
  ASSERT_EQ(read_payload(call, {{}, message}, payload), 8u);
  EXPECT_EQ(std::memcmp(payload.data(), "question", 8), 0);
  page.put_words(32, {page.address(1000), 4, 0, 0, 0, 0, 0, 0});
  EXPECT_THAT(visited(Call::sendmmsg, {3, message, 2}, Words::four).addresses,
              ElementsAre("0123456789abcdef", "0123"));
}

TEST(AskedCall, SocketcallIsUnderstoodAsTheCallThatItIs) {
  LowPage page;
  const std::uint64_t words = page.put_words(0, {7, 0x1000, 16, 4, 5, 6});
  Notification notification{.thread = ::getpid(),
                            .audit_arch = AUDIT_ARCH_I386,
                            .number = 102,
                            .arguments = {SYS_CONNECT, words}};
  AskedCall call;
  ASSERT_EQ(understand(notification, Machine::x86_64, call), Look::done);
  EXPECT_EQ(call.call, Call::connect);
  EXPECT_EQ(call.words, Words::four);
  EXPECT_THAT(std::span(call.arguments).first(3), ElementsAre(7, 0x1000, 16));
  notification.arguments[0] = SYS_SENDTO;
  ASSERT_EQ(understand(notification, Machine::x86_64, call), Look::done);
  EXPECT_THAT(call.arguments, ElementsAre(7, 0x1000, 16, 4, 5, 6));
  notification.arguments[0] = SYS_BIND;
  EXPECT_EQ(understand(notification, Machine::x86_64, call), Look::unreadable);
  notification.arguments = {SYS_CONNECT, 16};
  EXPECT_EQ(understand(notification, Machine::x86_64, call), Look::faulty);
}

TEST(AskedCall, AThreadWithoutANumberHereIsUnreadable) {
  const AskedCall call{Call::connect, Words::eight, 0, {3, 0x1000, 16}};
  EXPECT_EQ(visit_addresses(call, [](const AskedAddress&) {}), Look::unreadable);
}

TEST(AskedCall, APayloadIsGatheredFromItsPiecesAndCutWhereThereIsNoRoom) {
  std::string first = "abc";
  std::string second = "defgh";
  iovec pieces[2] = {{first.data(), first.size()}, {second.data(), second.size()}};
  msghdr message = {};
  message.msg_iov = pieces;
  message.msg_iovlen = 2;
  const AskedCall call{Call::sendmsg, Words::eight, ::getpid(), {3, at(&message)}};
  std::array<std::byte, 6> six;
  EXPECT_EQ(read_payload(call, {{}, at(&message)}, six), 6u);
  EXPECT_EQ(std::memcmp(six.data(), "abcdef", 6), 0);
  const AskedCall send{Call::sendto, Words::eight, ::getpid(), {3, at(second.data()), 5}};
  EXPECT_EQ(read_payload(send, {}, six), 5u);
}

}  // namespace
}  // namespace hubward::test
