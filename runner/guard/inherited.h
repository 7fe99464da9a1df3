// Connections that were there before the guard: no call is made to reach where they lead, so none
// is seen.
#pragma once

#include "runner/guard/networks.h"

#include <string>
#include <vector>

namespace hubward {

struct InheritedWay {
  int descriptor = -1;
  std::string address;  ///< empty for a ring
  int port = 0;
  bool is_ring = false;  ///< an io_uring, through which anything may be asked for
};

/// Those of this process's descriptors that an exec would keep and that lead off the machine.
std::vector<InheritedWay> inherited_ways(const Networks& allowed);

}  // namespace hubward
