// A Report as the JSON that machines read: schema hubward.report/1, docs/report.schema.json. Key
// order, nulls and the spelling of paths are promised, so they are written out here once, by hand.
#pragma once

#include <hubward/report.h>

#include <string>

namespace hubward {

/// Indented, ends with a newline; the same report gives the same bytes.
std::string render_json(const Report& report);

}  // namespace hubward
