// What `run` asks of other rooms, out of its own request.
#pragma once

#include "runner/launch/environment.h"
#include "runner/launch/mode.h"
#include "runner/mend/quarantine.h"
#include "runner/run.h"

#include <chrono>

namespace hubward {

/// The environment of whatever runs in that mode.
EnvironmentRequest environment_of(const RunRequest& request, Mode mode);

/// A folder of this moment and this process.
QuarantineRequest quarantine_of(const RunRequest& request,
                                std::chrono::system_clock::time_point utc);

}  // namespace hubward
