// A filter program as a person reads it, and what it answers.
#pragma once

#include <linux/filter.h>
#include <linux/seccomp.h>

#include <cstdint>
#include <span>
#include <string>

namespace hubward::test {

/// A line an instruction: "  3: if A == 0xc000003e, else 9". Jumps name the line that they lead to.
std::string filter_text(std::span<const sock_filter> program);

/// What the kernel would answer. A program that reads past `call`, jumps out of itself or does what
/// this does not know gives 0xffffffff.
std::uint32_t verdict_of(std::span<const sock_filter> program, const seccomp_data& call);

}  // namespace hubward::test
