#include "tests/support/filter_text.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <string_view>

namespace hubward::test {
namespace {

constexpr std::uint32_t kWrong = 0xffffffff;

std::string word_name(std::uint32_t offset) {
  if (offset == offsetof(seccomp_data, nr)) return "number";
  if (offset == offsetof(seccomp_data, arch)) return "architecture";
  const std::size_t first = offsetof(seccomp_data, args);
  if (offset < first) return fmt::format("at {}", offset);
  return fmt::format("argument {} {}", (offset - first) / 8,
                     (offset - first) % 8 == 0 ? "lower half" : "upper half");
}

std::string answer_name(std::uint32_t verdict) {
  switch (verdict & SECCOMP_RET_ACTION_FULL) {
    case SECCOMP_RET_ALLOW: return "pass";
    case SECCOMP_RET_USER_NOTIF: return "hand over";
    case SECCOMP_RET_ERRNO: {
      const std::uint32_t error = verdict & SECCOMP_RET_DATA;
      return error == ENOSYS ? "refuse with ENOSYS" : fmt::format("refuse with {}", error);
    }
    default: return fmt::format("{:#x}", verdict);
  }
}

std::string jump_text(std::size_t at, const sock_filter& step, std::string_view test) {
  return fmt::format("if A {} {:#x}: to {}, else to {}", test, step.k, at + 1 + step.jt,
                     at + 1 + step.jf);
}

std::string step_text(std::size_t at, const sock_filter& step) {
  switch (step.code) {
    case BPF_LD | BPF_W | BPF_ABS: return "A = " + word_name(step.k);
    case BPF_ALU | BPF_AND | BPF_K: return fmt::format("A = A & {:#x}", step.k);
    case BPF_JMP | BPF_JEQ | BPF_K: return jump_text(at, step, "==");
    case BPF_JMP | BPF_JSET | BPF_K: return jump_text(at, step, "&");
    case BPF_RET | BPF_K: return answer_name(step.k);
    default: return fmt::format("unknown {:#x}", step.code);
  }
}

}  // namespace

std::string filter_text(std::span<const sock_filter> program) {
  std::string text;
  for (std::size_t at = 0; at < program.size(); ++at) {
    text += fmt::format("{:3}: {}\n", at, step_text(at, program[at]));
  }
  return text;
}

std::uint32_t verdict_of(std::span<const sock_filter> program, const seccomp_data& call) {
  std::uint32_t accumulator = 0;
  for (std::size_t at = 0; at < program.size(); ++at) {
    const sock_filter& step = program[at];
    switch (step.code) {
      case BPF_LD | BPF_W | BPF_ABS:
        if (step.k > sizeof call - 4) return kWrong;
        std::memcpy(&accumulator, reinterpret_cast<const char*>(&call) + step.k, 4);
        break;
      case BPF_ALU | BPF_AND | BPF_K: accumulator &= step.k; break;
      case BPF_JMP | BPF_JEQ | BPF_K: at += accumulator == step.k ? step.jt : step.jf; break;
      case BPF_JMP | BPF_JSET | BPF_K: at += (accumulator & step.k) != 0 ? step.jt : step.jf; break;
      case BPF_RET | BPF_K: return step.k;
      default: return kWrong;
    }
  }
  return kWrong;
}

}  // namespace hubward::test
