#include "runner/guard/filter_program.h"

#include <linux/net.h>
#include <linux/seccomp.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>

namespace hubward {
namespace {

constexpr std::array<std::uint32_t, 3> kOddFamilies = {AF_PACKET, AF_VSOCK, AF_XDP};
constexpr std::uint32_t kSctp =
    132;  // IPPROTO_SCTP: connects by setsockopt (SCTP_SOCKOPT_CONNECTX)
// Of the second argument; the rest are flags. Source: linux/net.h, SOCK_TYPE_MASK.
constexpr std::uint32_t kSocketType = 0xf;
constexpr std::array<std::uint32_t, 5> kSocketcalls = {SYS_SOCKET, SYS_CONNECT, SYS_SENDTO,
                                                       SYS_SENDMSG, SYS_SENDMMSG};

constexpr std::uint32_t kPass = SECCOMP_RET_ALLOW;
constexpr std::uint32_t kHandOver = SECCOMP_RET_USER_NOTIF;
constexpr std::uint32_t kNoSuchCall = SECCOMP_RET_ERRNO | ENOSYS;

constexpr std::uint32_t kArchAt = offsetof(seccomp_data, arch);
constexpr std::uint32_t kNumberAt = offsetof(seccomp_data, nr);

/// The lower half of an argument; all machines of calls.h are little-endian. The kernel cuts an
/// `int` to that half, so a filter that looked at the upper one could be led astray by it.
constexpr std::uint32_t lower_half(unsigned argument) {
  return static_cast<std::uint32_t>(offsetof(seccomp_data, args) + std::size_t{8} * argument);
}
constexpr std::uint32_t upper_half(unsigned argument) { return lower_half(argument) + 4; }

using Block = std::vector<sock_filter>;

void append(Block& block, const Block& more) {
  block.insert(block.end(), more.begin(), more.end());
}

sock_filter load(std::uint32_t offset) { return BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offset); }
sock_filter answer(std::uint32_t verdict) { return BPF_STMT(BPF_RET | BPF_K, verdict); }

/// Goes on with `block` when the loaded word is `value`, else behind it. A block has at most 255
/// instructions, as far as a conditional jump reaches; those of a table have some forty.
void when_equal(Block& program, std::uint32_t value, const Block& block) {
  program.push_back(
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, static_cast<std::uint8_t>(block.size())));
  append(program, block);
}

/// Answers at once when the loaded word is one of `values`.
template <std::size_t N>
void answer_when_any(Block& program, const std::array<std::uint32_t, N>& values,
                     std::uint32_t verdict) {
  for (const std::uint32_t value : values) when_equal(program, value, {answer(verdict)});
}

/// Ends in an answer on every way.
Block judge_call(Call call, Interference interference) {
  switch (call) {
    case Call::connect:
    case Call::sendmsg:
    case Call::sendmmsg: return {answer(kHandOver)};
    case Call::io_uring_setup:
      return {answer(interference == Interference::refuse ? kNoSuchCall : kHandOver)};
    case Call::sendto: {
      // Without an address it goes where the socket is connected to, and that was seen.
      Block block = {load(lower_half(4))};
      const Block upper = {load(upper_half(4)), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 1),
                           answer(kPass)};
      when_equal(block, 0, upper);
      block.push_back(answer(kHandOver));
      return block;
    }
    case Call::socket: {
      Block block = {load(lower_half(0))};
      answer_when_any(block, kOddFamilies, kHandOver);
      block.push_back(load(lower_half(1)));
      block.push_back(BPF_STMT(BPF_ALU | BPF_AND | BPF_K, kSocketType));
      when_equal(block, SOCK_PACKET, {answer(kHandOver)});
      block.push_back(load(lower_half(2)));
      when_equal(block, kSctp, {answer(kHandOver)});
      block.push_back(answer(kPass));
      return block;
    }
    case Call::socketcall: {
      Block block = {load(lower_half(0))};
      answer_when_any(block, kSocketcalls, kHandOver);
      block.push_back(answer(kPass));
      return block;
    }
  }
  return {answer(kPass)};
}

/// With the number loaded; ends in an answer on every way.
Block judge_door(const Abi& abi, Interference interference) {
  if (abi.bit != 0 && interference == Interference::refuse) return {answer(kNoSuchCall)};
  Block block;
  for (const CallNumber& row : abi.calls) {
    when_equal(block, row.number, judge_call(row.call, interference));
  }
  block.push_back(answer(kPass));
  return block;
}

/// With nothing loaded: all doors of one architecture.
Block judge_architecture(std::span<const Abi> doors, std::uint32_t audit_arch,
                         Interference interference) {
  Block block = {load(kNumberAt)};
  for (const Abi& abi : doors) {
    if (abi.audit_arch != audit_arch) continue;
    const Block door = judge_door(abi, interference);
    if (abi.bit != 0) {
      block.push_back(
          BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, abi.bit, 0, static_cast<std::uint8_t>(door.size())));
    }
    append(block, door);
  }
  return block;
}

}  // namespace

std::vector<sock_filter> filter_program(Machine machine, Interference interference) {
  const std::span<const Abi> doors = doors_of(machine);
  Block program = {load(kArchAt)};
  std::uint32_t last = 0;
  for (const Abi& abi : doors) {
    if (abi.audit_arch == last) continue;
    last = abi.audit_arch;
    when_equal(program, last, judge_architecture(doors, last, interference));
  }
  program.push_back(answer(interference == Interference::refuse ? kNoSuchCall : kPass));
  return program;
}

bool leaves_by_other_calls(std::uint32_t family, std::uint32_t type, std::uint32_t protocol) {
  return std::ranges::find(kOddFamilies, family) != kOddFamilies.end() ||
         (type & kSocketType) == SOCK_PACKET || protocol == kSctp;
}

}  // namespace hubward
