// Starts a command as exec(2) would start it in hubward's place: same process group, session,
// directory, limits, streams, signal mask and dispositions, and every descriptor that hubward
// itself inherited.
//
// The only user of Boost.Process. Its launcher closes inherited descriptors above 2 (a make
// jobserver, a test's log), leaves hubward's signal mask in the child, and lets a child whose exec
// failed run our exit handlers; the initialiser in launcher.cpp undoes all three.
#pragma once

#include "runner/guard/guard.h"
#include "runner/launch/early_signals.h"
#include "runner/launch/environment.h"
#include "runner/launch/inherited_signals.h"
#include "runner/launch/program.h"

#include <tl/expected.hpp>

#include <sys/types.h>

#include <span>
#include <string>
#include <vector>

namespace hubward {

/// Whose streams a child gets.
enum class Streams : unsigned char {
  inherited,   ///< hubward's own, untouched
  downloader,  ///< input from /dev/null, output to hubward's standard error: stdin and stdout are
               ///< CMD's
};

struct LaunchRequest {
  std::vector<std::string> command;  ///< not empty; the first is also the child's argv[0]
  EnvironmentList environment;
  Streams streams = Streams::inherited;
  Guard* guard = nullptr;  ///< start_and_watch has it start the command; outlives the launch
};

/// A started process that has not been waited for.
struct Child {
  pid_t pid = -1;
  EarlySignals early;  ///< what came before it
};

/// Must be called while the process has one thread, or in the one that a guard starts commands from
/// while all others only wait or answer calls. Running timers of this process move into a
/// child of Streams::inherited.
tl::expected<Child, StartFailure> start(const LaunchRequest& request,
                                        const InheritedSignals& signals);

}  // namespace hubward
