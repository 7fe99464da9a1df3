// Signals that fall between hubward's last look and the command's first instruction.
//
// What its group got while there was no command the command has not got; what the group got a
// microsecond later it has. Both look alike to hubward, which finds them waiting when the start is
// done. So the newborn looks: at what waits in hubward, and then at what waits in itself. All is
// blocked in both, so what waits in hubward alone came before the birth, or was meant for hubward
// alone; either way it is to be passed on.
#pragma once

#include "runner/launch/witness.h"

#include <sys/types.h>

#include <string>

namespace hubward {

struct EarlySignals {
  SignalMask waiting = 0;  ///< in hubward, when the command was just born
  SignalMask missed = 0;   ///< those of them that the command has not got
};

/// One page that parent and child share.
class BirthLook {
 public:
  /// To be made before the fork. Looks only where /proc is this process's own.
  BirthLook();
  ~BirthLook();
  BirthLook(const BirthLook&) = delete;
  BirthLook& operator=(const BirthLook&) = delete;

  /// In the child, with all signals blocked. Async-signal-safe.
  void look() noexcept;
  /// In the parent, when the child has gone on. Nothing where it could not look.
  EarlySignals seen() const noexcept;

 private:
  EarlySignals* shared_ = nullptr;
  std::string parent_status_;
};

}  // namespace hubward
