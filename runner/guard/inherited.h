// Connections that were there before the guard: no call is made to reach where they lead, so none
// is seen.
#pragma once

#include "runner/guard/networks.h"

#include <string>
#include <string_view>
#include <vector>

namespace hubward {

struct InheritedWay {
  int descriptor = -1;
  std::string address;  ///< of a connection
  int port = 0;
  /// "an io_uring": something that sends wherever it likes; empty for a connection. Static.
  std::string_view sends_anywhere;
};

/// Those of this process's descriptors that an exec would keep and that lead off the machine.
std::vector<InheritedWay> inherited_ways(const Networks& allowed);

}  // namespace hubward
