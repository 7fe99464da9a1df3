// A notification, understood: which call it is, and every address that it names.
//
// sendmsg and sendmmsg keep their addresses behind pointers, socketcall even its arguments, all of
// them laid out as wide as the caller's own words.
#pragma once

#include "runner/guard/calls.h"
#include "runner/guard/listener.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>

namespace hubward {

/// What became of looking into the asker's memory.
enum class Look : std::uint8_t {
  done,
  faulty,      ///< nothing is mapped there: the kernel will answer EFAULT itself
  unreadable,  ///< it may not be read: another user's, or not dumpable
};

struct AskedCall {
  Call call = Call::connect;  ///< never socketcall
  Words words = Words::eight;
  pid_t thread = 0;
  std::array<std::uint64_t, 6> arguments = {};  ///< the call's own, not socketcall's
};

/// @return what was read; `call` is complete when that is Look::done. A number that no table holds
/// is Look::unreadable.
Look understand(const Notification& notification, Machine machine, AskedCall& call);

/// One address of a call that connects or sends.
struct AskedAddress {
  std::span<const std::byte> bytes;  ///< valid during the visit
  std::uint64_t message = 0;         ///< where its msghdr lies; 0 for connect and sendto
};

/// Visits every address that a connect or send names, in the kernel's order; an empty one, as of a
/// send on a connected socket, is passed over. No allocation.
Look visit_addresses(const AskedCall& call, const std::function<void(const AskedAddress&)>& visit);

/// The first bytes of what a send carries to that address.
/// @return how many there are
std::size_t read_payload(const AskedCall& call, const AskedAddress& address,
                         std::span<std::byte> into);

}  // namespace hubward
