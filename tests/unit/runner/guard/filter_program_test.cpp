#include "runner/guard/filter_program.h"

#include "tests/support/filter_text.h"
#include "tests/support/golden.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <linux/audit.h>
#include <linux/net.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>

namespace hubward::test {
namespace {

constexpr std::uint32_t kPass = SECCOMP_RET_ALLOW;
constexpr std::uint32_t kHandOver = SECCOMP_RET_USER_NOTIF;
constexpr std::uint32_t kNoSuchCall = SECCOMP_RET_ERRNO | ENOSYS;

constexpr Machine kMachines[] = {Machine::x86_64, Machine::aarch64};
constexpr Interference kWays[] = {Interference::none, Interference::refuse};

using Arguments = std::array<std::uint64_t, 6>;

seccomp_data call_of(std::uint32_t arch, std::uint32_t number, const Arguments& arguments = {}) {
  seccomp_data call = {};
  call.arch = arch;
  call.nr = static_cast<int>(number);
  std::ranges::copy(arguments, std::begin(call.args));
  return call;
}

/// On x86-64, whose own doors can be tried.
std::uint32_t native(Interference way, std::uint32_t number, const Arguments& arguments = {}) {
  return verdict_of(filter_program(Machine::x86_64, way),
                    call_of(AUDIT_ARCH_X86_64, number, arguments));
}

const CallNumber* row_of(const Abi& abi, Call call) {
  const auto row = std::ranges::find(abi.calls, call, &CallNumber::call);
  return row == abi.calls.end() ? nullptr : &*row;
}

bool is_closed(const Abi& abi, Interference way) {
  return abi.bit != 0 && way == Interference::refuse;
}

/// Calls `judge(abi, way, program)` for every door of every machine.
template <class Judge>
void at_every_door(const Judge& judge) {
  for (const Machine machine : kMachines) {
    for (const Interference way : kWays) {
      const auto program = filter_program(machine, way);
      for (const Abi& abi : doors_of(machine)) {
        SCOPED_TRACE(
            fmt::format("{}, {}", abi.name, way == Interference::none ? "none" : "refuse"));
        judge(abi, way, program);
      }
    }
  }
}

TEST(FilterProgram, ReadsAsThePagesSay) {
  expect_golden("fixtures/golden/guard/x86-64-enforce.txt",
                filter_text(filter_program(Machine::x86_64, Interference::refuse)));
  expect_golden("fixtures/golden/guard/x86-64-observe.txt",
                filter_text(filter_program(Machine::x86_64, Interference::none)));
  expect_golden("fixtures/golden/guard/aarch64-enforce.txt",
                filter_text(filter_program(Machine::aarch64, Interference::refuse)));
}

TEST(FilterProgram, EveryJumpStaysInsideAndEveryWayEndsInAnAnswer) {
  for (const Machine machine : kMachines) {
    for (const Interference way : kWays) {
      const auto program = filter_program(machine, way);
      ASSERT_FALSE(program.empty());
      ASSERT_LT(program.size(), std::size_t{BPF_MAXINSNS});
      for (std::size_t at = 0; at < program.size(); ++at) {
        if (BPF_CLASS(program[at].code) != BPF_JMP) continue;
        EXPECT_LT(at + 1 + program[at].jt, program.size()) << at;
        EXPECT_LT(at + 1 + program[at].jf, program.size()) << at;
      }
      EXPECT_EQ(BPF_CLASS(program.back().code), BPF_RET);
    }
  }
}

TEST(FilterProgram, HandsOverEveryCallThatNamesAnAddressAtEveryDoor) {
  at_every_door([](const Abi& abi, Interference way, const std::vector<sock_filter>& program) {
    const std::uint32_t due = is_closed(abi, way) ? kNoSuchCall : kHandOver;
    for (const Call call : {Call::connect, Call::sendmsg, Call::sendmmsg}) {
      const CallNumber* const row = row_of(abi, call);
      ASSERT_NE(row, nullptr) << to_string(call);
      EXPECT_EQ(verdict_of(program, call_of(abi.audit_arch, row->number)), due) << to_string(call);
    }
  });
}

TEST(FilterProgram, HandsOverASendWithAnAddressInEitherHalfAndPassesOneWithout) {
  at_every_door([](const Abi& abi, Interference way, const std::vector<sock_filter>& program) {
    if (is_closed(abi, way)) return;
    const std::uint32_t number = row_of(abi, Call::sendto)->number;
    const auto verdict = [&](std::uint64_t address) {
      return verdict_of(program, call_of(abi.audit_arch, number, {3, 1, 1, 0, address, 16}));
    };
    EXPECT_EQ(verdict(0), kPass);
    EXPECT_EQ(verdict(1), kHandOver);
    EXPECT_EQ(verdict(std::uint64_t{1} << 32), kHandOver);
    EXPECT_EQ(verdict(0x7ffe00001000), kHandOver);
  });
}

TEST(FilterProgram, HandsOverSocketsThatLeaveByOtherCallsAndPassesAllOthers) {
  at_every_door([](const Abi& abi, Interference way, const std::vector<sock_filter>& program) {
    if (is_closed(abi, way)) return;
    const std::uint32_t number = row_of(abi, Call::socket)->number;
    const auto verdict = [&](std::uint64_t family, std::uint64_t type, std::uint64_t protocol) {
      return verdict_of(program, call_of(abi.audit_arch, number, {family, type, protocol}));
    };
    for (std::uint64_t family = 0; family < 64; ++family) {
      const bool is_odd = family == AF_PACKET || family == AF_VSOCK || family == AF_XDP;
      EXPECT_EQ(verdict(family, SOCK_DGRAM, 0), is_odd ? kHandOver : kPass) << family;
    }
    EXPECT_EQ(verdict(AF_INET, SOCK_STREAM, 132), kHandOver) << "SCTP";
    EXPECT_EQ(verdict(AF_INET, SOCK_STREAM, IPPROTO_TCP), kPass);
    EXPECT_EQ(verdict(AF_INET, SOCK_PACKET, 0), kHandOver) << "a packet socket of the old kind";
    EXPECT_EQ(verdict(AF_INET, SOCK_PACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), kHandOver);
    // The kernel cuts these to an int.
    EXPECT_EQ(verdict(0xffffffff00000000 | AF_PACKET, SOCK_RAW, 0), kHandOver);
    EXPECT_EQ(verdict(AF_INET, SOCK_STREAM, 0x100000000 | 132), kHandOver);
  });
}

TEST(FilterProgram, RefusesARingWhereItMayAndHandsItOverWhereItMayNot) {
  at_every_door([](const Abi& abi, Interference way, const std::vector<sock_filter>& program) {
    const std::uint32_t number = row_of(abi, Call::io_uring_setup)->number;
    EXPECT_EQ(verdict_of(program, call_of(abi.audit_arch, number)),
              way == Interference::refuse ? kNoSuchCall : kHandOver);
  });
}

TEST(FilterProgram, PassesEveryOtherCallOfEveryDoor) {
  at_every_door([](const Abi& abi, Interference way, const std::vector<sock_filter>& program) {
    for (std::uint32_t number = 0; number < 700; ++number) {
      const std::uint32_t asked = abi.bit | number;
      if (std::ranges::find(abi.calls, asked, &CallNumber::number) != abi.calls.end()) continue;
      ASSERT_EQ(verdict_of(program, call_of(abi.audit_arch, asked, {1, 1, 1, 1, 1, 1})),
                is_closed(abi, way) ? kNoSuchCall : kPass)
          << asked;
    }
  });
}

TEST(FilterProgram, LooksIntoSocketcallForItsFiveWaysOut) {
  for (const Interference way : kWays) {
    const auto program = filter_program(Machine::x86_64, way);
    for (std::uint64_t which = 0; which < 30; ++which) {
      const bool leads_out = call_of_socketcall(which).has_value();
      EXPECT_EQ(verdict_of(program, call_of(AUDIT_ARCH_I386, 102, {which, 0x1000})),
                leads_out ? kHandOver : kPass)
          << which;
    }
    // 64-bit code that executes `int $0x80` may have rubbish in the upper half.
    EXPECT_EQ(verdict_of(program, call_of(AUDIT_ARCH_I386, 102, {0xdead00000000 | SYS_CONNECT})),
              kHandOver);
  }
  EXPECT_EQ(call_of_socketcall(SYS_CONNECT), Call::connect);
  EXPECT_EQ(call_of_socketcall(SYS_SENDMMSG), Call::sendmmsg);
  EXPECT_EQ(call_of_socketcall(SYS_BIND), std::nullopt);
}

TEST(FilterProgram, ADoorThatNobodyKnowsIsShutWhereItMayBe) {
  EXPECT_EQ(verdict_of(filter_program(Machine::x86_64, Interference::refuse),
                       call_of(AUDIT_ARCH_AARCH64, 203)),
            kNoSuchCall);
  EXPECT_EQ(verdict_of(filter_program(Machine::x86_64, Interference::none),
                       call_of(AUDIT_ARCH_AARCH64, 203)),
            kPass);
  EXPECT_EQ(native(Interference::refuse, 0x40000000 + 42), kNoSuchCall) << "x32";
  EXPECT_EQ(native(Interference::none, 0x40000000 + 42), kHandOver) << "x32";
  EXPECT_EQ(native(Interference::refuse, 0xffffffff), kNoSuchCall) << "a call that ptrace skips";
}

TEST(Calls, AreKnownByTheNumbersOfTheirDoor) {
  const auto known = known_call(Machine::x86_64, AUDIT_ARCH_I386, 362);
  ASSERT_TRUE(known);
  EXPECT_EQ(known->call, Call::connect);
  EXPECT_EQ(known->words, Words::four);
  EXPECT_EQ(known_call(Machine::x86_64, AUDIT_ARCH_X86_64, 42)->words, Words::eight);
  EXPECT_EQ(known_call(Machine::x86_64, AUDIT_ARCH_X86_64, 0x40000000 + 518)->call, Call::sendmsg);
  EXPECT_EQ(known_call(Machine::aarch64, AUDIT_ARCH_ARM, 283)->call, Call::connect);
  EXPECT_FALSE(known_call(Machine::x86_64, AUDIT_ARCH_X86_64, 362));
  EXPECT_FALSE(known_call(Machine::aarch64, AUDIT_ARCH_X86_64, 42));
}

}  // namespace
}  // namespace hubward::test
