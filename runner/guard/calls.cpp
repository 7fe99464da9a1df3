#include "runner/guard/calls.h"

#include <linux/audit.h>
#include <linux/elf-em.h>
#include <linux/net.h>

namespace hubward {
namespace {

constexpr std::uint32_t kX32Bit = 0x40000000;

constexpr CallNumber kAmd64[] = {
    {41, Call::socket},  {42, Call::connect},   {44, Call::sendto},
    {46, Call::sendmsg}, {307, Call::sendmmsg}, {425, Call::io_uring_setup},
};

constexpr CallNumber kX32[] = {
    {kX32Bit + 41, Call::socket},    {kX32Bit + 42, Call::connect},
    {kX32Bit + 44, Call::sendto},    {kX32Bit + 518, Call::sendmsg},
    {kX32Bit + 538, Call::sendmmsg}, {kX32Bit + 425, Call::io_uring_setup},
};

constexpr CallNumber kI386[] = {
    {102, Call::socketcall},     {345, Call::sendmmsg}, {359, Call::socket},
    {362, Call::connect},        {369, Call::sendto},   {370, Call::sendmsg},
    {425, Call::io_uring_setup},
};

constexpr CallNumber kAarch64[] = {
    {198, Call::socket},  {203, Call::connect},  {206, Call::sendto},
    {211, Call::sendmsg}, {269, Call::sendmmsg}, {425, Call::io_uring_setup},
};

constexpr CallNumber kArm[] = {
    {281, Call::socket},  {283, Call::connect},  {290, Call::sendto},
    {296, Call::sendmsg}, {374, Call::sendmmsg}, {425, Call::io_uring_setup},
};

constexpr Abi kDoorsOfAmd64[] = {
    {"x32", AUDIT_ARCH_X86_64, kX32Bit, Words::four, kX32},
    {"x86-64", AUDIT_ARCH_X86_64, 0, Words::eight, kAmd64},
    {"i386", AUDIT_ARCH_I386, 0, Words::four, kI386},
};

constexpr Abi kDoorsOfAarch64[] = {
    {"aarch64", AUDIT_ARCH_AARCH64, 0, Words::eight, kAarch64},
    {"arm", AUDIT_ARCH_ARM, 0, Words::four, kArm},
};

}  // namespace

std::string_view to_string(Call call) {
  switch (call) {
    case Call::connect: return "connect";
    case Call::sendto: return "sendto";
    case Call::sendmsg: return "sendmsg";
    case Call::sendmmsg: return "sendmmsg";
    case Call::socket: return "socket";
    case Call::socketcall: return "socketcall";
    case Call::io_uring_setup: return "io_uring_setup";
  }
  return "";
}

std::span<const Abi> doors_of(Machine machine) {
  if (machine == Machine::x86_64) return kDoorsOfAmd64;
  return kDoorsOfAarch64;
}

std::optional<Machine> this_machine() {
#if defined(__x86_64__)
  return Machine::x86_64;
#elif defined(__aarch64__)
  return Machine::aarch64;
#else
  return std::nullopt;
#endif
}

std::optional<KnownCall> known_call(Machine machine, std::uint32_t audit_arch,
                                    std::uint32_t number) {
  for (const Abi& abi : doors_of(machine)) {
    if (abi.audit_arch != audit_arch) continue;
    for (const CallNumber& row : abi.calls) {
      if (row.number == number) return KnownCall{row.call, abi.words};
    }
  }
  return std::nullopt;
}

std::optional<Call> call_of_socketcall(std::uint64_t which) {
  switch (which) {
    case SYS_SOCKET: return Call::socket;
    case SYS_CONNECT: return Call::connect;
    case SYS_SENDTO: return Call::sendto;
    case SYS_SENDMSG: return Call::sendmsg;
    case SYS_SENDMMSG: return Call::sendmmsg;
    default: return std::nullopt;
  }
}

}  // namespace hubward
