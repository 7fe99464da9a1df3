// The part of a report that only a shard's has; null in all others.
#pragma once

#include "verifier/text/json_door.h"
#include <hubward/report.h>

namespace hubward {

JsonValue shard_value(const Report& report);

/// "basis", "listing", "bytes".
std::string_view to_string(Doubt doubt);
inline constexpr Doubt kDoubts[] = {Doubt::basis, Doubt::listing, Doubt::bytes};

}  // namespace hubward
