// The system calls by which a process can leave the machine, by each door into the kernel.
//
// One machine has several doors: 64-bit code on x86-64 can execute `int $0x80` and is then served
// by the i386 table, so a guard that knows the native numbers alone is no guard. The numbers are
// the kernel's (arch/x86/entry/syscalls/*.tbl, include/uapi/asm-generic/unistd.h, arch/arm/tools/
// syscall.tbl) and stand here for every machine, wherever this is compiled.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace hubward {

enum class Call : std::uint8_t {
  connect,
  sendto,
  sendmsg,
  sendmmsg,
  socket,
  socketcall,  ///< i386: one number for all of the above, its arguments in memory
  io_uring_setup,
};

std::string_view to_string(Call call);

/// How wide a pointer is in memory that a call names.
enum class Words : std::uint8_t { four = 4, eight = 8 };

struct CallNumber {
  std::uint32_t number;
  Call call;
};

/// One door.
struct Abi {
  std::string_view name;
  std::uint32_t audit_arch;  ///< seccomp_data.arch
  std::uint32_t bit;         ///< set in every number of this door and of no other; 0: none
  Words words;
  std::span<const CallNumber> calls;  ///< static
};

enum class Machine : std::uint8_t { x86_64, aarch64 };

/// Every door of a machine; those with a `bit` before the one they share an audit_arch with.
/// Static.
std::span<const Abi> doors_of(Machine machine);

/// nullopt: no guard for it.
std::optional<Machine> this_machine();

struct KnownCall {
  Call call;
  Words words;
};

/// What a notification is about; nullopt when no table has it.
std::optional<KnownCall> known_call(Machine machine, std::uint32_t audit_arch,
                                    std::uint32_t number);

/// The first argument of socketcall(2). Source: linux/net.h.
std::optional<Call> call_of_socketcall(std::uint64_t which);

}  // namespace hubward
