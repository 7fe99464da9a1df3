// Who leaves the machine: the seat of the guard, which watches the network calls of the command.
#pragma once

#include "verifier/asked/config.h"
#include <hubward/result.h>

#include <memory>
#include <string>

namespace hubward {

class Guard {
 public:
  virtual ~Guard() = default;
  /// Before the command is started. `enforce` is a promise: where it cannot be kept nothing is
  /// started.
  /// @return a warning, safe for eyes; empty when there is nothing to say
  /// Errors: usage when the mode cannot be had.
  virtual Result<std::string> prepare(GuardMode mode) = 0;
};

/// The guard of this build.
std::unique_ptr<Guard> make_guard();

}  // namespace hubward
