// A Report as the JSON that machines read: schema hubward.report/1, docs/report.schema.json. Key
// order, nulls and the spelling of paths are promised, so they are written out here once, by hand.
#pragma once

#include "verifier/text/json_door.h"
#include <hubward/report.h>

#include <string>

namespace hubward {

/// Indented, ends with a newline; the same report gives the same bytes.
std::string render_json(const Report& report);
/// The same as a value, to stand in another text.
JsonValue report_value(const Report& report);

}  // namespace hubward
