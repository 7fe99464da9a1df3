// The paths that a CI engine will save, as its own configuration spells them: the text of
// actions/cache's `path` may be given as it stands, a path a line. Source: actions/toolkit,
// packages/glob (internal-pattern.ts, internal-globber.ts); packages/cache, cacheUtils.ts.
//
// Of that language the plain part is known here: `~`, comments, relative paths. A pattern or an
// exclusion saves something else than the paths it is written beside, and to guess what would make
// the gate say "fit" of another set of files: it is refused.
#pragma once

#include "runner/cli/surroundings.h"
#include <hubward/result.h>

#include <string>
#include <vector>

namespace hubward {

/// Absolute paths, lexically normal, in order; empty for no texts.
/// Errors: usage, for what is not understood; names it and says why.
Result<std::vector<std::string>> saving_paths(const std::vector<std::string>& texts,
                                              const Surroundings& surroundings);

}  // namespace hubward
