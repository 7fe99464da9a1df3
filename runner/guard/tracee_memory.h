// What lies in the memory of a process that waits for an answer.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <span>

namespace hubward {

/// Copies from `address` in the process of `thread`, without touching anything there. What is read
/// may be of another process if the thread has gone: ask Listener::is_waiting afterwards, also when
/// reading fails.
/// @return how many bytes could be read, from the first on; 0 with errno set: EFAULT when nothing
/// is mapped there, EPERM when it may not be read, ESRCH when it has gone
std::size_t read_memory(pid_t thread, std::uint64_t address, std::span<std::byte> into);

}  // namespace hubward
