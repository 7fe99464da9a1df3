#include "runner/guard/asked_call.h"

#include "runner/guard/tracee_memory.h"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace hubward {
namespace {

constexpr std::size_t kMostArguments = 6;
constexpr std::uint64_t kMostMessages = 1024;  // UIO_MAXIOV: the kernel takes no more either
constexpr std::size_t kMessagesAtOnce = 16;
constexpr std::size_t kMostPieces = 8;

/// Where things lie in struct msghdr and mmsghdr, for either width of word.
struct MessageLayout {
  std::size_t name_size_at;
  std::size_t pieces_at;
  std::size_t piece_count_at;
  std::size_t header;   ///< what of msghdr is of interest
  std::size_t element;  ///< of sendmmsg's array
};
constexpr MessageLayout kFour = {4, 8, 12, 16, 32};
constexpr MessageLayout kEight = {8, 16, 24, 32, 64};

constexpr std::size_t kLargestElement = 64;

const MessageLayout& layout_of(Words words) { return words == Words::four ? kFour : kEight; }

std::uint32_t four_at(const std::byte* at) {
  std::uint32_t value = 0;
  std::memcpy(&value, at, sizeof value);
  return value;
}

std::uint64_t word_at(const std::byte* at, Words words) {
  if (words == Words::four) return four_at(at);
  std::uint64_t value = 0;
  std::memcpy(&value, at, sizeof value);
  return value;
}

Look read_all(pid_t thread, std::uint64_t address, std::span<std::byte> into) {
  errno = 0;
  if (read_memory(thread, address, into) == into.size()) return Look::done;
  return errno == 0 || errno == EFAULT ? Look::faulty : Look::unreadable;
}

std::size_t argument_count(Call call) {
  switch (call) {
    case Call::sendto: return 6;
    case Call::sendmmsg: return 4;
    case Call::socket:
    case Call::connect:
    case Call::sendmsg:
    case Call::socketcall:
    case Call::io_uring_setup: break;
  }
  return 3;
}

class AddressVisit {
 public:
  AddressVisit(const AskedCall& call, const std::function<void(const AskedAddress&)>& visit)
      : call_(call), visit_(visit) {}

  Look address(std::uint64_t at, std::uint64_t size, std::uint64_t message) {
    if (at == 0 || size == 0) return Look::done;
    // The kernel reads the lower half, and refuses what is larger than any address, or negative.
    const auto asked = static_cast<std::uint32_t>(size);
    if (message == 0 && asked > sizeof(sockaddr_storage)) return Look::done;
    if (static_cast<std::int32_t>(asked) < 0) return Look::done;
    alignas(sockaddr_storage) std::byte bytes[sizeof(sockaddr_storage)];
    const std::span<std::byte> into(bytes, std::min<std::size_t>(asked, sizeof bytes));
    const Look look = read_all(call_.thread, at, into);
    if (look == Look::done) visit_({into, message});
    return look;
  }

  Look message(std::uint64_t at) {
    const MessageLayout& layout = layout_of(call_.words);
    std::byte header[kLargestElement];
    const Look look = read_all(call_.thread, at, std::span(header).first(layout.header));
    return look == Look::done ? named_by(header, at) : look;
  }

  Look messages(std::uint64_t at, std::uint64_t count) {
    const MessageLayout& layout = layout_of(call_.words);
    count = std::min<std::uint64_t>(static_cast<std::uint32_t>(count), kMostMessages);
    std::byte headers[kLargestElement * kMessagesAtOnce];
    while (count > 0) {
      const std::size_t some = std::min<std::uint64_t>(count, kMessagesAtOnce);
      const Look look = read_all(call_.thread, at, std::span(headers).first(some * layout.element));
      // Those before a hole would be sent; and the last one has padding that the kernel needs not.
      if (look != Look::done) return one_by_one(at, some);
      for (std::size_t i = 0; i < some; ++i) {
        const std::size_t offset = i * layout.element;
        const Look named = named_by(headers + offset, at + offset);
        if (named != Look::done) return named;
      }
      at += some * layout.element;
      count -= some;
    }
    return Look::done;
  }

 private:
  Look named_by(const std::byte* header, std::uint64_t at) {
    return address(word_at(header, call_.words),
                   four_at(header + layout_of(call_.words).name_size_at), at);
  }

  Look one_by_one(std::uint64_t at, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      const Look look = message(at + i * layout_of(call_.words).element);
      if (look != Look::done) return look;
    }
    return Look::done;
  }

  const AskedCall& call_;
  const std::function<void(const AskedAddress&)>& visit_;
};

std::size_t read_some(pid_t thread, std::uint64_t address, std::uint64_t size,
                      std::span<std::byte> into) {
  return read_memory(thread, address, into.first(std::min<std::uint64_t>(size, into.size())));
}

}  // namespace

Look understand(const Notification& notification, Machine machine, AskedCall& call) {
  const auto known = known_call(machine, notification.audit_arch, notification.number);
  if (!known) return Look::unreadable;
  call = {known->call, known->words, notification.thread, notification.arguments};
  if (known->call != Call::socketcall) return Look::done;
  const auto inner = call_of_socketcall(static_cast<std::uint32_t>(notification.arguments[0]));
  if (!inner) return Look::unreadable;
  call.call = *inner;
  std::byte words[kMostArguments * 4];
  const std::size_t count = argument_count(*inner);
  const Look look = read_all(call.thread, static_cast<std::uint32_t>(notification.arguments[1]),
                             std::span(words).first(count * 4));
  for (std::size_t i = 0; i < count && look == Look::done; ++i) {
    call.arguments[i] = four_at(words + i * 4);
  }
  return look;
}

Look visit_addresses(const AskedCall& call, const std::function<void(const AskedAddress&)>& visit) {
  AddressVisit way(call, visit);
  switch (call.call) {
    case Call::connect: return way.address(call.arguments[1], call.arguments[2], 0);
    case Call::sendto: return way.address(call.arguments[4], call.arguments[5], 0);
    case Call::sendmsg: return way.message(call.arguments[1]);
    case Call::sendmmsg: return way.messages(call.arguments[1], call.arguments[2]);
    case Call::socket:
    case Call::socketcall:
    case Call::io_uring_setup: break;
  }
  return Look::done;
}

std::size_t read_payload(const AskedCall& call, const AskedAddress& address,
                         std::span<std::byte> into) {
  if (call.call == Call::sendto) {
    return read_some(call.thread, call.arguments[1], call.arguments[2], into);
  }
  if (address.message == 0) return 0;
  const MessageLayout& layout = layout_of(call.words);
  const auto width = static_cast<std::size_t>(call.words);
  std::byte header[kLargestElement];
  if (read_all(call.thread, address.message, std::span(header).first(layout.header)) !=
      Look::done) {
    return 0;
  }
  const std::uint64_t pieces = word_at(header + layout.pieces_at, call.words);
  const std::uint64_t count =
      std::min<std::uint64_t>(word_at(header + layout.piece_count_at, call.words), kMostPieces);
  std::size_t size = 0;
  for (std::uint64_t i = 0; i < count && size < into.size(); ++i) {
    std::byte piece[16];
    if (read_all(call.thread, pieces + i * 2 * width, std::span(piece).first(2 * width)) !=
        Look::done) {
      break;
    }
    size += read_some(call.thread, word_at(piece, call.words), word_at(piece + width, call.words),
                      into.subspan(size));
  }
  return size;
}

}  // namespace hubward
