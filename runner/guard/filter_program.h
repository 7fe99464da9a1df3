// The program that the kernel runs at every system call of a guarded process: what it lets pass,
// what it hands to the guard, what it refuses by itself.
//
// Built from the table of calls.h, jump by jump, without libseccomp: it is some hundred
// instructions, and a person can read it whole (tests/unit/runner/guard/filter_program_test.cpp
// holds its disassembly). Pure; every machine's program can be built on any.
#pragma once

#include "runner/guard/calls.h"
#include "verifier/asked/config.h"

#include <linux/filter.h>

#include <vector>

namespace hubward {

/// What a guarded process may notice.
enum class Interference : std::uint8_t {
  none,    ///< observe: nothing is refused, here or later
  refuse,  ///< enforce: what cannot be watched is refused at once
};

/// Passes everything but:
/// - connect, sendmsg, sendmmsg, and sendto with an address: handed to the guard;
/// - a socket of a family or protocol that leaves the machine by other calls (packet, vsock, XDP,
///   SCTP; AF_INET with SOCK_PACKET, which is a packet socket too): handed to the guard;
/// - io_uring_setup, for what a ring does is seen by no filter: ENOSYS, or handed to the guard;
/// - every call by a door that has no table (or x32, which hardly a kernel has): ENOSYS, or passed.
std::vector<sock_filter> filter_program(Machine machine, Interference interference);

/// Whether a socket of that kind is one that the program hands over. For those that socketcall(2)
/// asks for, whose arguments the program cannot see.
bool leaves_by_other_calls(std::uint32_t family, std::uint32_t type, std::uint32_t protocol);

}  // namespace hubward
