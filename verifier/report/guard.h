// What the guard saw, as a part of the JSON report.
#pragma once

#include "verifier/text/json_door.h"
#include <hubward/guard_report.h>

namespace hubward {

JsonValue guard_value(const GuardReport& guard);

}  // namespace hubward
