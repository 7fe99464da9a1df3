// Who answers the calls of those that outlive the command.
//
// hubward ends with the command's code at once; a daemon that the command has left behind goes on,
// and so must the answers to its calls, for without them every one fails with ENOSYS, the harmless
// ones too.
#pragma once

#include "runner/guard/judge.h"
#include "runner/guard/listener.h"

namespace hubward {

/// Forks a process that answers until the last guarded process has gone. It has left the session,
/// holds no descriptor but what it needs, can be ended by any signal, and writes nothing down.
/// Must be called while the process has one thread.
/// @return false when there can be no such process
bool leave_after_guard(const Listener& listener, JudgeRequest request);

}  // namespace hubward
