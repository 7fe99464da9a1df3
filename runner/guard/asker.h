// Who made a call: a process, what it runs, and by whom it was started.
#pragma once

#include <hubward/guard_report.h>

#include <sys/types.h>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace hubward {

/// Safe for eyes, bounded, and without secrets.
struct Asker {
  pid_t pid = 0;        ///< of the process; 0 when it could not be looked at
  std::string program;  ///< its file, else its short name
  std::vector<std::string> arguments;
  std::vector<GuardAncestor> chain;
};

/// Takes secrets out of a text. Called from any thread.
using Redaction = std::function<std::string(std::string_view)>;

/// Reads /proc; to be called while the asker waits, so that it is still there.
/// @param thread  any of its threads
/// @param top     the process whose child the command is: the chain ends before it
Asker look_at_asker(pid_t thread, pid_t top, const Redaction& redact);

}  // namespace hubward
