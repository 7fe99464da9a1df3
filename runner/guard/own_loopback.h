// A network that holds nothing but loopback: where no call may be filtered, the way off the machine
// can still be taken away.
//
// It refuses, and sees nothing: who asked for what is not known. The machine's own services on
// 127.0.0.1 are out of reach too.
#pragma once

#include <hubward/result.h>

#include <sys/types.h>

namespace hubward {

/// Moves processes into such a network. A value; made before they are forked.
class OwnLoopback {
 public:
  /// For processes of the calling user, who stays who it is.
  OwnLoopback();
  /// In the child, between fork and exec: async-signal-safe. With privilege only the network is
  /// changed; without, also the user namespace, in which this user alone has a number.
  /// @return 0, or an errno; then it must not go on
  int enter() const noexcept;

 private:
  uid_t user_;
  gid_t group_;
};

/// Enters one in a process of its own, and finds loopback there and nothing else.
/// Errors: io; `what` is the step that failed and what helps.
Result<void> try_own_loopback();

}  // namespace hubward
